import { type Crop, cropToSource } from './crop.ts';
import { decodeDetections, type ModelBox } from './decode-detections.ts';
import { ModelNumbersInvalidError } from './errors.ts';
import { type BoxPx, type Fit, type ModelPoint, type PointPx, pointToSource, type SizePx } from './fit.ts';
import { readHandLandmarks } from './layouts/hand-landmarks.ts';
import { readMovenet } from './layouts/movenet.ts';
import { type ModelOutputs, numbersOf } from './layouts/tensors.ts';
import type { ModelCard } from './model-card.ts';

/** An object that a model found or described, in px of the source picture. */
export type ModelObject = Omit<ModelBox, 'points'> & {
  /** Its visible points; none: the model gives none. */
  readonly points: readonly ModelPoint[];
  /** Unit vector that describes the object; none: the model gives none. */
  readonly vector?: readonly number[];
};

/** What fills a place of a model's input: a whole picture, or the part of it around an object of another model. */
export type View =
  | { readonly kind: 'picture'; readonly fit: Fit }
  | { readonly kind: 'crop'; readonly crop: Crop; readonly of: ModelObject };

/**
 * Objects in one place of a model's input, most confident first. Throws ModelOutputUnexpectedError when the outputs are
 * not what the card says, ModelNumbersInvalidError when their numbers are not, TypeError when the view is none of the
 * card's task.
 */
export function decodeObjects(
  outputs: ModelOutputs,
  item: number,
  card: ModelCard,
  view: View,
): readonly ModelObject[] {
  const { output } = card;
  switch (output.layout) {
    case 'movenet': {
      const points = readMovenet(outputs, item, card, output);
      return pointed(card, view, points, points.reduce((sum, { confidence }) => sum + confidence, 0) / points.length);
    }
    case 'hand-landmarks': {
      const points = readHandLandmarks(outputs, item, output);
      return pointed(card, view, points, points[0]?.confidence ?? 0);
    }
    case 'embedding': {
      if (view.kind === 'picture') throw new TypeError(`${card.name} describes objects of another model`);
      return [{ ...view.of, points: [], vector: unit(numbersOf(outputs, output.name, item, [output.dimensions])) }];
    }
    default: {
      if (view.kind === 'crop') throw new TypeError(`${card.name} looks at whole pictures`);
      const names = pointNames(card);
      return decodeDetections(outputs, item, card, view.fit).map(({ points = [], ...box }) => ({
        ...box,
        points: points.flatMap((point, at) => {
          const name = names[at];
          return name === undefined ? [] : [{ ...point, name, confidence: box.confidence }];
        }),
      }));
    }
  }
}

/** Names of the points that a detector gives with each box, in order. */
function pointNames({ output }: ModelCard): readonly string[] {
  if (output.layout === 'mediapipe-boxes') return output.points;
  return 'rest' in output && output.rest?.kind === 'points' ? output.rest.names : [];
}

/** The object of these points, in px of the input; none below the card's least confidence. */
function pointed(
  card: ModelCard,
  view: View,
  points: readonly ModelPoint[],
  confidence: number,
): readonly ModelObject[] {
  const numbers = points.flatMap(point => [point.xPx, point.yPx, point.confidence]);
  if (!numbers.every(Number.isFinite)) throw new ModelNumbersInvalidError(numbers);
  const least = card.thresholds.confidence;
  const visible = points
    .filter(point => point.confidence >= least)
    .map(point => ({ ...point, ...sourceOf(point, view), confidence: Math.min(1, point.confidence) }));
  if (confidence < least || visible.length === 0) return [];
  const className = card.classes[0] ?? card.name;
  return [
    {
      ...around(visible, view.kind === 'crop' ? view.crop.source : view.fit.source),
      ...{ className, classIndex: 0, confidence: Math.min(1, confidence), points: visible },
    },
  ];
}

const sourceOf = (point: PointPx, view: View): PointPx =>
  view.kind === 'crop' ? cropToSource(point, view.crop) : pointToSource(point, view.fit);

/** The box around the points, cut at the edges of the picture. */
function around(points: readonly PointPx[], { widthPx, heightPx }: SizePx): BoxPx {
  const inside = (value: number, end: number): number => Math.min(end, Math.max(0, value));
  const [xs, ys] = [points.map(({ xPx }) => xPx), points.map(({ yPx }) => yPx)];
  return {
    x1Px: inside(Math.min(...xs), widthPx),
    y1Px: inside(Math.min(...ys), heightPx),
    x2Px: inside(Math.max(...xs), widthPx),
    y2Px: inside(Math.max(...ys), heightPx),
  };
}

/** Throws ModelNumbersInvalidError for a vector without a direction. */
function unit(vector: Float32Array): readonly number[] {
  const length = Math.hypot(...vector);
  if (!Number.isFinite(length) || length === 0) throw new ModelNumbersInvalidError([...vector]);
  return Array.from(vector, value => value / length);
}
