export type SizePx = { readonly widthPx: number; readonly heightPx: number };

/** Corner form, px; x2 and y2 exclusive. */
export type BoxPx = { readonly x1Px: number; readonly y1Px: number; readonly x2Px: number; readonly y2Px: number };

/** Px from the left and the top. */
export type PointPx = { readonly xPx: number; readonly yPx: number };

/** A named point; `confidence` in [0, 1]. */
export type ModelPoint = PointPx & { readonly name: string; readonly confidence: number };

/**
 * Place of a picture in a model's input: scaled to `scaled`, with bars of `padX` on the left and `padY` at the top (and
 * the rest on the other side).
 */
export type Fit = {
  readonly source: SizePx;
  readonly input: SizePx;
  readonly scaleX: number;
  readonly scaleY: number;
  readonly scaled: SizePx;
  readonly padXPx: number;
  readonly padYPx: number;
};

/** Grey of the bars, as in the training of Ultralytics' models. */
export const padGrey = 114;

/** Scales the picture by one factor to the largest size that fits the input, and centres it. */
export function letterbox(source: SizePx, input: SizePx): Fit {
  const scale = Math.min(input.widthPx / source.widthPx, input.heightPx / source.heightPx);
  const scaled = {
    widthPx: Math.max(1, Math.round(source.widthPx * scale)),
    heightPx: Math.max(1, Math.round(source.heightPx * scale)),
  };
  return {
    source,
    input,
    scaleX: scale,
    scaleY: scale,
    scaled,
    padXPx: Math.floor((input.widthPx - scaled.widthPx) / 2),
    padYPx: Math.floor((input.heightPx - scaled.heightPx) / 2),
  };
}

/** Scales width and height apart, so that the picture fills the input. */
export function stretch(source: SizePx, input: SizePx): Fit {
  const scaleX = input.widthPx / source.widthPx;
  return { source, input, scaleX, scaleY: input.heightPx / source.heightPx, scaled: input, padXPx: 0, padYPx: 0 };
}

export function boxToInput(box: BoxPx, { scaleX, scaleY, padXPx, padYPx }: Fit): BoxPx {
  return {
    x1Px: box.x1Px * scaleX + padXPx,
    y1Px: box.y1Px * scaleY + padYPx,
    x2Px: box.x2Px * scaleX + padXPx,
    y2Px: box.y2Px * scaleY + padYPx,
  };
}

/** Maps a box back to the source picture and cuts it at the edges. */
export function boxToSource(box: BoxPx, fit: Fit): BoxPx {
  const from = pointToSource({ xPx: box.x1Px, yPx: box.y1Px }, fit);
  const to = pointToSource({ xPx: box.x2Px, yPx: box.y2Px }, fit);
  const inside = (value: number, end: number): number => Math.min(end, Math.max(0, value));
  return {
    x1Px: inside(from.xPx, fit.source.widthPx),
    y1Px: inside(from.yPx, fit.source.heightPx),
    x2Px: inside(to.xPx, fit.source.widthPx),
    y2Px: inside(to.yPx, fit.source.heightPx),
  };
}

/** Maps a point back to the source picture; it may lie outside of it. */
export function pointToSource({ xPx, yPx }: PointPx, { scaleX, scaleY, padXPx, padYPx }: Fit): PointPx {
  return { xPx: (xPx - padXPx) / scaleX, yPx: (yPx - padYPx) / scaleY };
}
