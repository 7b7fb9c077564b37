import type { Box } from '@sightline/schemas';
import { expect, test } from 'vitest';
import { agreedOf } from './shadow.ts';

const box = (x1Px: number, className = 'hand'): Box => ({
  ...{ className, confidence: 0.9, x1Px, y1Px: 0, x2Px: x1Px + 100, y2Px: 100 },
});

test('two versions agree on boxes of one class that overlap by half', () => {
  expect(agreedOf([box(0)], [box(0)])).toBe(1);
  expect(agreedOf([box(0)], [box(33)])).toBe(1); // 67 of 133
  expect(agreedOf([box(0)], [box(34)])).toBe(0); // 66 of 134
  expect(agreedOf([box(0)], [box(0, 'pizza')])).toBe(0);
  expect(agreedOf([], [box(0)])).toBe(0);
});

test('a box agrees with one other at most, the one that overlaps most', () => {
  expect(agreedOf([box(0), box(20)], [box(20)])).toBe(1);
  expect(agreedOf([box(0), box(20)], [box(20), box(60)])).toBe(1); // 60 overlaps both too little
  expect(agreedOf([box(0), box(20)], [box(5), box(15)])).toBe(2);
});
