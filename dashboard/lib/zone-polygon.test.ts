import { expect, test } from 'vitest';
import {
  addCorner,
  moveCorner,
  noFewerCorners,
  noMoreCorners,
  nudged,
  type Polygon,
  removeCorner,
  startPolygon,
} from './zone-polygon.ts';

const triangle = [
  { x: 0, y: 0 },
  { x: 1, y: 0 },
  { x: 0, y: 1 },
];

test('a corner that is dragged out of the picture stops at its edge', () => {
  expect(moveCorner(triangle, 1, { x: 1.4, y: -0.2 })[1]).toEqual({ x: 1, y: 0 });
});

test('a new corner lies in the middle of its edge, also of the edge that closes the polygon', () => {
  expect(addCorner(triangle, 0)[1]).toEqual({ x: 0.5, y: 0 });
  expect(addCorner(triangle, 2)[3]).toEqual({ x: 0, y: 0.5 });
});

test('a polygon never has fewer than three corners', () => {
  expect(removeCorner(triangle, 0)).toEqual(triangle);
  expect(removeCorner(startPolygon, 0)).toHaveLength(3);
});

test('a polygon never has more than sixty-four corners, and both bounds are said in words', () => {
  let polygon: Polygon = triangle;
  for (let i = 0; i < 100; i++) polygon = addCorner(polygon, 0);
  expect(polygon).toHaveLength(64);
  expect(noMoreCorners(polygon)).toBe('A zone has at most 64 corners.');
  expect(noFewerCorners(triangle)).toBe('A zone has at least 3 corners.');
  expect([noMoreCorners(startPolygon), noFewerCorners(startPolygon)]).toEqual([undefined, undefined]);
});

test('arrow keys move by half a hundredth, with shift by five; other keys are left alone', () => {
  expect(nudged({ x: 0.5, y: 0.5 }, 'ArrowLeft', false)).toEqual({ x: 0.495, y: 0.5 });
  expect(nudged({ x: 0.5, y: 0.5 }, 'ArrowDown', true)).toEqual({ x: 0.5, y: 0.55 });
  expect(nudged({ x: 0.5, y: 0.5 }, 'a', false)).toBeNull();
});
