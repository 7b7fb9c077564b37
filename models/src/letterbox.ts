export type SizePx = { readonly widthPx: number; readonly heightPx: number };

/** Corner form, px; x2 and y2 exclusive. */
export type BoxPx = { readonly x1Px: number; readonly y1Px: number; readonly x2Px: number; readonly y2Px: number };

/**
 * Place of a picture in a model's input: scaled by one factor to `scaled`, with grey bars of `padX` on the left and
 * `padY` at the top (and the rest on the other side).
 */
export type Letterbox = {
  readonly source: SizePx;
  readonly input: SizePx;
  readonly scale: number;
  readonly scaled: SizePx;
  readonly padXPx: number;
  readonly padYPx: number;
};

/** Grey of the bars, as in the training of Ultralytics' models. */
export const padGrey = 114;

/** Scales the picture to the largest size that fits the input, and centres it. */
export function letterbox(source: SizePx, input: SizePx): Letterbox {
  const scale = Math.min(input.widthPx / source.widthPx, input.heightPx / source.heightPx);
  const scaled = {
    widthPx: Math.max(1, Math.round(source.widthPx * scale)),
    heightPx: Math.max(1, Math.round(source.heightPx * scale)),
  };
  return {
    source,
    input,
    scale,
    scaled,
    padXPx: Math.floor((input.widthPx - scaled.widthPx) / 2),
    padYPx: Math.floor((input.heightPx - scaled.heightPx) / 2),
  };
}

export function boxToInput(box: BoxPx, { scale, padXPx, padYPx }: Letterbox): BoxPx {
  return {
    x1Px: box.x1Px * scale + padXPx,
    y1Px: box.y1Px * scale + padYPx,
    x2Px: box.x2Px * scale + padXPx,
    y2Px: box.y2Px * scale + padYPx,
  };
}

/** Maps a box back to the source picture and cuts it at the edges. */
export function boxToSource(box: BoxPx, { scale, padXPx, padYPx, source }: Letterbox): BoxPx {
  const x = (value: number): number => Math.min(source.widthPx, Math.max(0, (value - padXPx) / scale));
  const y = (value: number): number => Math.min(source.heightPx, Math.max(0, (value - padYPx) / scale));
  return { x1Px: x(box.x1Px), y1Px: y(box.y1Px), x2Px: x(box.x2Px), y2Px: y(box.y2Px) };
}
