import { expect, test } from 'vitest';
import { intersectionOverUnion, suppress } from './non-max-suppression.ts';

const box = (x1Px: number, confidence: number, classIndex = 0) => ({
  x1Px,
  y1Px: 0,
  x2Px: x1Px + 10,
  y2Px: 10,
  confidence,
  classIndex,
});

test('the most confident box on one thing stays; boxes of other classes or places all stay', () => {
  const boxes = [box(1, 0.6), box(0, 0.9), box(2, 0.7), box(0, 0.5, 1), box(8, 0.4)];
  expect(suppress(boxes, 0.45)).toEqual([box(0, 0.9), box(0, 0.5, 1), box(8, 0.4)]);
});

test('boxes that only touch do not overlap', () => {
  expect(intersectionOverUnion(box(0, 1), box(10, 1))).toBe(0);
  expect(intersectionOverUnion(box(0, 1), box(5, 1))).toBeCloseTo(1 / 3);
});
