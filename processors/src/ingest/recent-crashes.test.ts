import { expect, test } from 'vitest';
import { RecentCrashes } from './recent-crashes.ts';

const HOUR_MS = 3_600_000;

test('crashes of a camera add up, and an hour without one forgets them', () => {
  let nowMs = 0;
  const crashes = new RecentCrashes(() => nowMs);
  crashes.note('a');
  nowMs += HOUR_MS - 1;
  crashes.note('a');
  expect([crashes.of('a'), crashes.of('b')]).toEqual([2, 0]);
  nowMs += HOUR_MS;
  expect(crashes.of('a')).toBe(0);
  crashes.note('a');
  expect(crashes.of('a')).toBe(1);
});

test('years of cameras that crash and go keep no more than those of the last hour', () => {
  let nowMs = 0;
  const crashes = new RecentCrashes(() => nowMs);
  for (let camera = 0; camera < 10_000; camera += 1) {
    nowMs += HOUR_MS / 10;
    crashes.note(`camera-${camera}`);
  }
  expect(crashes.size).toBeLessThanOrEqual(10);
});
