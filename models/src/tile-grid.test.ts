import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readCard } from './load-model.ts';
import { tilesOf } from './tile-grid.ts';

const cardOf = (name: string) => readCard(new URL(`../cards/${name}.json`, import.meta.url).pathname);
const [square, wide, stretched] = await Promise.all(['coco-nanodet', 'kitchen-v1', 'coco-ssd'].map(cardOf));
if (!square || !wide || !stretched) throw new Error('the cards ship');

test('two tiles side by side of a 640x360 picture show it nearly twice as large as the whole picture', () => {
  const { scaled, tiles } = tilesOf(square, { widthPx: 640, heightPx: 360 }, { columns: 2, rows: 1 });
  expect(tiles.map(({ box }) => Object.values(box).map(Math.round))).toEqual([
    [0, 0, 355, 360],
    [285, 0, 640, 360],
  ]);
  expect(scaled).toEqual({ widthPx: 740, heightPx: 416 });
  expect(tiles[1]).toMatchObject({ scaledXPx: 329, scaledYPx: 0, fit: { padXPx: 2, padYPx: 0 } });
});

test('tiles cover the picture, share a fifth with each neighbour, and fit the input, at any size', () => {
  const side = fc.integer({ min: 64, max: 4_000 });
  const count = fc.integer({ min: 1, max: 4 });
  fc.assert(
    fc.property(
      side,
      side,
      count,
      count,
      fc.constantFrom(square, wide, stretched),
      (widthPx, heightPx, columns, rows, card) => {
        const { scaled, tiles } = tilesOf(card, { widthPx, heightPx }, { columns, rows });
        expect(tiles).toHaveLength(columns * rows);
        for (const { fit, scaledXPx, scaledYPx } of tiles) {
          expect(fit.scaled.widthPx).toBeLessThanOrEqual(fit.input.widthPx);
          expect(fit.scaled.heightPx).toBeLessThanOrEqual(fit.input.heightPx);
          expect(scaledXPx + fit.scaled.widthPx).toBeLessThanOrEqual(scaled.widthPx);
          expect(scaledYPx + fit.scaled.heightPx).toBeLessThanOrEqual(scaled.heightPx);
        }
        const last = tiles.at(-1)?.box;
        expect(tiles[0]?.box).toMatchObject({ x1Px: 0, y1Px: 0 });
        expect([last?.x2Px, last?.y2Px].map(edge => Math.round(edge ?? 0))).toEqual([widthPx, heightPx]);
        for (const [at, { box, fit }] of tiles.entries()) {
          const next = tiles[at + 1];
          if (next === undefined || (at + 1) % columns === 0) continue;
          const shared = (box.x2Px - next.box.x1Px) / (box.x2Px - box.x1Px);
          expect(Math.abs(shared - 0.2)).toBeLessThan(3 / fit.scaled.widthPx);
        }
      },
    ),
  );
});
