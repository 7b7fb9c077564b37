import { expect, test } from 'vitest';
import { ClockAheadError, LogClock } from './log-clock.ts';

const clocks = (aheadMs: number) => {
  const time = { trueMs: 1_000_000, aheadMs };
  const clock = new LogClock(
    () => time.trueMs + time.aheadMs,
    () => time.trueMs - 900_000,
  );
  return { time, clock };
};

test('a clock five seconds ahead may write, one further ahead may not', () => {
  for (const [aheadMs, refused] of [
    [5_000, false],
    [5_001, true],
  ] as const) {
    const { time, clock } = clocks(aheadMs);
    clock.measure()(time.trueMs);
    if (refused) expect(() => clock.check()).toThrow(ClockAheadError);
    else expect(() => clock.check()).not.toThrow();
  }
});

test('an earlier measurement finds a clock that is set ahead later', () => {
  const { time, clock } = clocks(0);
  clock.measure()(time.trueMs);
  time.trueMs += 3_600_000;
  clock.check();
  time.aheadMs = 60_000;
  expect(() => clock.check()).toThrow(/60\.0 s ahead/);
});

test('a slow send proves nothing too much', () => {
  const { time, clock } = clocks(4_000);
  const taken = clock.measure();
  time.trueMs += 30_000; // the log stamped the record half a minute later
  taken(time.trueMs);
  expect(clock.aheadMs).toBeLessThanOrEqual(4_000);
});
