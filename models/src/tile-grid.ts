import type { BoxPx, Fit, SizePx } from './fit.ts';
import { inputSize, type ModelCard } from './model-card.ts';

/** Tiles side by side, and rows of them. */
export type TileGrid = { readonly columns: number; readonly rows: number };

/** Share of a tile that its neighbour shows, too: a small object is whole in one of them. */
const SHARED = 0.2;

/** A part of a picture that a model looks at as if it were a whole one. */
export type Tile = {
  /** Its place in the picture. */
  readonly box: BoxPx;
  /** Its place in the scaled picture. */
  readonly scaledXPx: number;
  readonly scaledYPx: number;
  /** From the tile to the model's input. */
  readonly fit: Fit;
};

/** The tiles of a picture, and the picture scaled so that each of them fits the model's input. */
export type TiledPicture = { readonly source: SizePx; readonly scaled: SizePx; readonly tiles: readonly Tile[] };

/** Cuts a picture into tiles for a model: row by row, from the left. All pixels are in one of them. */
export function tilesOf(card: ModelCard, source: SizePx, { columns, rows }: TileGrid): TiledPicture {
  const input = inputSize(card);
  const [wide, high] = [sideOf(source.widthPx, columns), sideOf(source.heightPx, rows)];
  const [byX, byY] = [input.widthPx / wide, input.heightPx / high];
  const one = Math.min(byX, byY);
  const x = along(source.widthPx, columns, card.input.fit === 'stretch' ? byX : one, input.widthPx);
  const y = along(source.heightPx, rows, card.input.fit === 'stretch' ? byY : one, input.heightPx);
  const tiles = y.starts.flatMap(scaledYPx =>
    x.starts.map((scaledXPx): Tile => {
      const [left, top] = [scaledXPx / x.scale, scaledYPx / y.scale];
      const size = { widthPx: x.lengthPx / x.scale, heightPx: y.lengthPx / y.scale };
      const scaled = { widthPx: x.lengthPx, heightPx: y.lengthPx };
      const padXPx = Math.floor((input.widthPx - scaled.widthPx) / 2);
      const padYPx = Math.floor((input.heightPx - scaled.heightPx) / 2);
      return {
        box: { x1Px: left, y1Px: top, x2Px: left + size.widthPx, y2Px: top + size.heightPx },
        ...{ scaledXPx, scaledYPx },
        fit: { source: size, input, scaleX: x.scale, scaleY: y.scale, scaled, padXPx, padYPx },
      };
    }),
  );
  return { source, scaled: { widthPx: x.wholePx, heightPx: y.wholePx }, tiles };
}

/** Length of a tile of so many along a side. */
const sideOf = (wholePx: number, count: number): number => wholePx / (count - (count - 1) * SHARED);

/** The tiles along one side, in whole px of the scaled picture, at most `inputPx` long. */
function along(sourcePx: number, count: number, scale: number, inputPx: number) {
  const wholePx = Math.max(1, Math.round(sourcePx * scale));
  const lengthPx = Math.max(1, Math.min(inputPx, wholePx, Math.round(sideOf(sourcePx, count) * scale)));
  const starts = Array.from({ length: count }, (_, at) =>
    count === 1 ? 0 : Math.round((at * (wholePx - lengthPx)) / (count - 1)),
  );
  return { wholePx, lengthPx, scale: wholePx / sourcePx, starts };
}
