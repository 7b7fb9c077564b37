import type { BoxPx, SizePx } from '@sightline/models';

/** Width of the grey picture by which tiles are compared: four px of a picture of 640 for each cell. */
const GREY_WIDTH_PX = 160;
/**
 * How many cells of a tile must differ, and by how much of 255. Less is the noise of a sensor and of JPEG. A person of
 * 8 x 20 px is ten cells.
 */
const CHANGED_CELLS = 2;
const CHANGED_BY = 12;
/** A tile is looked at again after this camera time, even when nothing moved. */
export const TILE_AGAIN_MS = 10_000;

/** A small grey picture, row by row. */
export interface Grey extends SizePx {
  readonly cells: Uint8Array;
}

/** Size of the grey picture of a picture. */
export function greySizeOf({ widthPx, heightPx }: SizePx): SizePx {
  const width = Math.min(GREY_WIDTH_PX, widthPx);
  return { widthPx: width, heightPx: Math.max(1, Math.round((heightPx * width) / widthPx)) };
}

/** True: something moved in this part of the picture. `now` and `before` are of pictures of one size. */
export function isMoved(part: BoxPx, picture: SizePx, now: Grey, before: Grey): boolean {
  const [byX, byY] = [now.widthPx / picture.widthPx, now.heightPx / picture.heightPx];
  const [left, right] = [Math.floor(part.x1Px * byX), Math.min(now.widthPx, Math.ceil(part.x2Px * byX))];
  const [top, bottom] = [Math.floor(part.y1Px * byY), Math.min(now.heightPx, Math.ceil(part.y2Px * byY))];
  let changed = 0;
  for (let y = top; y < bottom; y++)
    for (let cell = y * now.widthPx + left; cell < y * now.widthPx + right; cell++) {
      const difference = (now.cells[cell] ?? 0) - (before.cells[cell] ?? 0);
      if (difference > CHANGED_BY || difference < -CHANGED_BY) changed++;
      if (changed >= CHANGED_CELLS) return true;
    }
  return false;
}
