import { expect, test } from 'vitest';
import type { ModelObject } from './decode-objects.ts';
import { inPicture, joinTiles } from './join-tiles.ts';
import { readCard } from './load-model.ts';
import { tilesOf } from './tile-grid.ts';

const picture = { widthPx: 640, heightPx: 360 };
const object = (
  x1Px: number,
  y1Px: number,
  x2Px: number,
  y2Px: number,
  confidence = 0.6,
  classIndex = 0,
): ModelObject => ({
  ...{ x1Px, y1Px, x2Px, y2Px, confidence, classIndex, className: `class ${classIndex}`, points: [] },
});
const LEFT = { x1Px: 0, y1Px: 0, x2Px: 356, y2Px: 360 };
const RIGHT = { x1Px: 284, y1Px: 0, x2Px: 640, y2Px: 360 };
const join = (whole: readonly ModelObject[], left: readonly ModelObject[], right: readonly ModelObject[] = []) =>
  joinTiles(whole, [{ tile: LEFT, objects: left }, { tile: RIGHT, objects: right }], picture); // biome-ignore format: one line
const places = (objects: readonly ModelObject[]) =>
  objects.map(({ x1Px, y1Px, x2Px, y2Px }) => [x1Px, y1Px, x2Px, y2Px]);

test('an object that the whole picture and a tile show is one, with the more confident box; another class stays', () => {
  const [coarse, fine] = [object(100, 100, 140, 180, 0.5), object(104, 102, 138, 176, 0.8)];
  expect(join([coarse], [fine])).toEqual([fine]);
  expect(join([{ ...coarse, confidence: 0.9 }], [fine])).toEqual([{ ...coarse, confidence: 0.9 }]);
  const other = object(100, 100, 140, 180, 0.5, 1);
  expect(join([other], [fine])).toEqual([fine, other]);
});

test('an object in what two tiles share is one', () => {
  expect(places(join([], [object(300, 50, 320, 90)], [object(301, 51, 321, 92, 0.5)]))).toEqual([[300, 50, 320, 90]]);
});

test('an object that a border cuts in one tile and that is whole in the other is the whole one, however sure the piece', () => {
  const [piece, whole] = [object(330, 100, 355, 160, 0.9), object(330, 100, 380, 160, 0.5)];
  expect(join([], [piece], [whole])).toEqual([whole]);
});

test('two pieces of an object wider than what the tiles share become one box', () => {
  const [left, right] = [object(240, 100, 355, 160, 0.7), object(285, 104, 420, 158, 0.6)];
  expect(places(join([], [left], [right]))).toEqual([[240, 100, 420, 160]]);
  expect(join([], [left], [right])[0]?.confidence).toBe(0.7);
});

test('pieces of an object that the whole picture shows go; pieces of different height stay two', () => {
  const large = object(200, 80, 440, 300, 0.5);
  expect(join([large], [object(205, 85, 355, 300, 0.9)], [object(285, 80, 438, 295, 0.9)])).toEqual([large]);
  const apart = [object(260, 20, 355, 60), object(285, 200, 400, 300)];
  expect(join([], apart.slice(0, 1), apart.slice(1))).toHaveLength(2);
});

test('an object over the corner of four tiles is one', async () => {
  const card = await readCard(new URL('../cards/coco-nanodet.json', import.meta.url).pathname);
  const { tiles } = tilesOf(card, picture, { columns: 2, rows: 2 });
  const whole = { x1Px: 250, y1Px: 120, x2Px: 400, y2Px: 240 };
  const pieces = tiles.map(({ box }, at) => {
    const [x1, y1] = [Math.max(whole.x1Px, box.x1Px), Math.max(whole.y1Px, box.y1Px)];
    const [x2, y2] = [Math.min(whole.x2Px, box.x2Px), Math.min(whole.y2Px, box.y2Px)];
    return { tile: box, objects: [object(x1, y1, x2, y2, 0.5 + at / 10)] };
  });
  expect(places(joinTiles([], pieces, picture))).toEqual([[250, 120, 400, 240]]);
});

test('an object at the edge of the picture is not cut', () => {
  const [atEdge, beside] = [object(0, 100, 40, 160, 0.5), object(2, 102, 41, 161, 0.6)];
  expect(join([], [atEdge, beside])).toEqual([beside]);
});

test('what a tile finds is moved to its place, with its points', async () => {
  const card = await readCard(new URL('../cards/coco-nanodet.json', import.meta.url).pathname);
  const tile = tilesOf(card, picture, { columns: 2, rows: 2 }).tiles[3];
  if (tile === undefined) throw new Error('there are four tiles');
  const found = { ...object(10, 20, 30, 40), points: [{ name: 'eye', xPx: 12, yPx: 22, confidence: 1 }] };
  const [placed] = inPicture(tile, [found]);
  expect([placed?.x1Px, placed?.y1Px].map(px => Math.round(px ?? 0))).toEqual([
    Math.round(tile.box.x1Px) + 10,
    Math.round(tile.box.y1Px) + 20,
  ]);
  expect(placed?.points[0]).toMatchObject({ xPx: tile.box.x1Px + 12, yPx: tile.box.y1Px + 22 });
});

test('there are at most 100, the most confident', () => {
  const many = Array.from({ length: 120 }, (_, at) => object((at % 20) * 30, Math.floor(at / 20) * 50, (at % 20) * 30 + 8, Math.floor(at / 20) * 50 + 8, at / 200)); // biome-ignore format: one line
  const joined = joinTiles(many, [], picture);
  expect([joined.length, joined[0]?.confidence]).toEqual([100, 119 / 200]);
});
