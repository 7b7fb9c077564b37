import type { BoxPx, PointPx, SizePx } from './fit.ts';
import { inputSize, type ModelCard } from './model-card.ts';

/** Part of a picture that fills a model's input, turned and scaled. */
export type Crop = {
  readonly source: SizePx;
  readonly input: SizePx;
  /** Centre of the part in the picture. */
  readonly centre: PointPx;
  /** Px of the picture for a px of the input. */
  readonly scale: number;
  /** Clockwise, in radians. */
  readonly angle: number;
};

/** A box with its named points, as the first stage found it. */
export type CroppedBox = BoxPx & { readonly points?: readonly (PointPx & { readonly name: string })[] };

/**
 * The part of the picture around a box, as the card's crop says. Undefined: the box lacks a point that the crop needs,
 * or has no size.
 */
export function cropOf(card: ModelCard, box: CroppedBox, source: SizePx): Crop | undefined {
  const place = card.crop?.place;
  if (place === undefined) return undefined;
  const pointAt = (name: string): PointPx | undefined => box.points?.find(point => point.name === name);
  const crop = place.by === 'box' ? aroundBox(card, place, box, pointAt) : onPoints(card, place, pointAt);
  return crop !== undefined && crop.scale > 0 ? { ...crop, source, input: inputSize(card) } : undefined;
}

/** Names of the points that a box must have for the card's crop; none: any box will do. */
export function pointsNeeded({ crop }: Pick<ModelCard, 'crop'>): readonly string[] {
  if (crop === undefined) return [];
  return crop.place.by === 'points' ? crop.place.points : (crop.place.up ?? []);
}

/** Names of the points that the boxes of a model have. */
export function pointsGiven({ output }: Pick<ModelCard, 'output'>): readonly string[] {
  if ('names' in output) return output.names;
  if (output.layout === 'mediapipe-boxes') return output.points;
  return 'rest' in output && output.rest?.kind === 'points' ? output.rest.names : [];
}

type Place = NonNullable<ModelCard['crop']>['place'];
type Placed = Pick<Crop, 'centre' | 'scale' | 'angle'> | undefined;
type PointAt = (name: string) => PointPx | undefined;

/**
 * A square around the box. Source: MediaPipe, `detections_to_rects_calculator` and `rect_transformation_calculator`
 * with `square_long`.
 */
function aroundBox(
  card: ModelCard,
  { scale, shift, up }: Extract<Place, { readonly by: 'box' }>,
  { x1Px, y1Px, x2Px, y2Px }: BoxPx,
  pointAt: PointAt,
): Placed {
  const [from, to] = up?.map(pointAt) ?? [];
  if (up !== undefined && (from === undefined || to === undefined)) return undefined;
  const angle = from && to ? Math.PI / 2 + Math.atan2(to.yPx - from.yPx, to.xPx - from.xPx) : 0;
  const down = (y2Px - y1Px) * shift;
  const { widthPx, heightPx } = inputSize(card);
  return {
    centre: {
      xPx: (x1Px + x2Px) / 2 - down * Math.sin(angle),
      yPx: (y1Px + y2Px) / 2 + down * Math.cos(angle),
    },
    scale: (Math.max(x2Px - x1Px, y2Px - y1Px) * scale) / Math.min(widthPx, heightPx),
    angle,
  };
}

/** The turn, scale and place that bring two points of the box to their places in the input. */
function onPoints(card: ModelCard, place: Extract<Place, { readonly by: 'points' }>, pointAt: PointAt): Placed {
  const [a, b] = place.points.map(pointAt);
  if (a === undefined || b === undefined) return undefined;
  const [[ax, ay], [bx, by]] = place.at;
  const scale = Math.hypot(b.xPx - a.xPx, b.yPx - a.yPx) / Math.hypot(bx - ax, by - ay);
  const angle = Math.atan2(b.yPx - a.yPx, b.xPx - a.xPx) - Math.atan2(by - ay, bx - ax);
  const { widthPx, heightPx } = inputSize(card);
  return { centre: moved(a, { xPx: widthPx / 2 - ax, yPx: heightPx / 2 - ay }, { scale, angle }), scale, angle };
}

/** Maps a point of the input back to the picture; it may lie outside of it. */
export function cropToSource({ xPx, yPx }: PointPx, crop: Crop): PointPx {
  const { widthPx, heightPx } = crop.input;
  return moved(crop.centre, { xPx: xPx - widthPx / 2, yPx: yPx - heightPx / 2 }, crop);
}

function moved(from: PointPx, by: PointPx, { scale, angle }: Pick<Crop, 'scale' | 'angle'>): PointPx {
  const [cos, sin] = [Math.cos(angle) * scale, Math.sin(angle) * scale];
  return { xPx: from.xPx + by.xPx * cos - by.yPx * sin, yPx: from.yPx + by.xPx * sin + by.yPx * cos };
}
