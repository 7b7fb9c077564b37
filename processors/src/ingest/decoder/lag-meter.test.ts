import { expect, test } from 'vitest';
import { LagMeter } from './lag-meter.ts';

/** Frames of a 25 fps stream; `delayAt` gives the delay of the frame at a time. */
function lags(seconds: number, delayAt: (mediaTimeMs: number) => number): readonly number[] {
  const meter = new LagMeter();
  return Array.from({ length: seconds * 25 }, (_, index) => meter.take(index * 40, index * 40 + delayAt(index * 40)));
}

test('jitter gives almost no lag', () => {
  expect(Math.max(...lags(20, time => (time % 120) / 2))).toBeLessThan(100);
});

test('a decoder at 90 % of the needed speed is half a second behind within six seconds', () => {
  expect(lags(6, time => time * 0.1).at(-1)).toBeGreaterThan(500);
});

test('a camera whose clock drifts does not count as a slow decoder', () => {
  expect(Math.max(...lags(600, time => time * 0.0005))).toBeLessThan(50);
});

test('a path that became slower for good is the new normal after a minute', () => {
  const slower = lags(120, time => (time < 20_000 ? 50 : 900));
  expect(slower[25 * 30]).toBeGreaterThan(800);
  expect(slower.at(-1)).toBe(0);
});
