import { expect, test } from 'vitest';
import { ReferenceRate } from './reference-rate.ts';

/** Share of the frames decoded in the last of ten seconds; every `every`-th frame is one that others refer to. */
function decoded(fps: number, every: number, maxFps: number): number {
  const rate = new ReferenceRate(maxFps);
  const taken = Array.from({ length: fps * 10 }, (_, frame) => rate.take(frame % every === 0, (frame * 1_000) / fps));
  return taken.slice(-fps).filter(Boolean).length / fps;
}

test('other frames are left out while those that others refer to come often enough', () => {
  expect(decoded(30, 3, 5)).toBeCloseTo(1 / 3);
  expect(decoded(15, 2, 5)).toBeLessThan(0.6);
});

test('every frame is decoded when those that others refer to are too few for the pictures wanted', () => {
  expect(decoded(15, 9, 5)).toBe(1);
  expect(decoded(30, 3, 10)).toBe(1);
  expect(decoded(15, 1, 5)).toBe(1);
});
