import { expect, test } from 'vitest';
import { LiveTimes } from './live-times.ts';

const FRAME_MS = 1_000 / 15;

interface Frame {
  /** Time in the stream and time of arrival, in ms. */
  readonly streamMs: number | undefined;
  readonly cameMs: number;
}

/** A stream of 15 frames a second. Frame n was captured at n * FRAME_MS. */
const stream = (seconds: number, frame: (capturedMs: number, index: number) => Frame): readonly Frame[] =>
  Array.from({ length: Math.round(seconds * 15) }, (_, index) => frame(index * FRAME_MS, index));

/** The error of each frame's time against its capture, and what is said at the end. */
function follow(frames: readonly Frame[]) {
  const times = new LiveTimes();
  const given = frames.map(({ streamMs, cameMs }) => times.take(streamMs, cameMs));
  const steps = given.slice(1).map((time, index) => time - (given[index] ?? 0));
  return {
    errorsMs: given.map((time, index) => time - index * FRAME_MS),
    longestStepMs: Math.max(...steps),
    shortestStepMs: Math.min(...steps),
    said: times.trouble(frames.at(-1)?.cameMs ?? 0),
  };
}

test.each([
  ['at real time', 1],
  ['0.5 % slow', 0.995],
  ['1 % slow', 0.99],
  ['1 % fast', 1.01],
  ['3 % slow', 0.97],
  ['5 % slow', 0.95],
  ['8 % slow', 0.92],
  ['at 84 %', 0.84],
  ['at half', 0.5],
  ['at double', 2],
  ['not at all', 0],
])('a stream whose times run %s keeps right times, frame by frame', (_, rate) => {
  const { errorsMs, longestStepMs, shortestStepMs } = follow(
    stream(600, ms => ({ streamMs: 1e9 + ms * rate, cameMs: ms + 20 })),
  );
  expect(Math.max(...errorsMs.map(Math.abs))).toBeLessThan(100);
  expect(longestStepMs).toBeLessThan(170);
  expect(shortestStepMs).toBeGreaterThanOrEqual(0);
});

test.each([
  [1, null],
  [0.99, 'run 1 % too slow, which is corrected: update'],
  [1.01, 'run 1 % too fast, which is corrected: update'],
  [0.84, 'run at 84 % of real time: update'],
  [2, 'run at 200 % of real time: update'],
  [0, 'stand still: update'],
])('a rate of %d is said: %s', (rate, said) => {
  const told = follow(stream(120, ms => ({ streamMs: ms * rate, cameMs: ms }))).said;
  if (said === null) expect(told).toBeNull();
  else expect(told).toContain(said);
});

test.each([
  ['an hour on', 3_600_000],
  ['eleven hours back', -39_600_000],
  ['a second back', -1_000],
  ['half a second back', -500],
  ['to 1970', -1.7e12],
  ['to 2038', 4.1e11],
  ['by a wrap of 33 bits', -(2 ** 33) / 90],
])('a clock that jumps %s changes no time, and is said for a minute', (_, jumpMs) => {
  const jumping = (seconds: number) =>
    follow(stream(seconds, ms => ({ streamMs: 1.7e12 + ms + (ms > 20_000 ? jumpMs : 0), cameMs: ms })));
  expect(Math.max(...jumping(60).errorsMs.map(Math.abs))).toBeLessThan(50);
  expect(jumping(60).said).toContain('jumped by');
  expect(jumping(120).said).toBeNull();
});

test('times that jump to and fro, and frames without a time, keep right times', () => {
  const toAndFro = follow(stream(60, (ms, index) => ({ streamMs: ms - (index % 15 === 7 ? 200 : 0), cameMs: ms })));
  expect(Math.max(...toAndFro.errorsMs.map(Math.abs))).toBeLessThan(50);
  const none = follow(stream(60, ms => ({ streamMs: undefined, cameMs: ms })));
  expect(Math.max(...none.errorsMs.map(Math.abs))).toBeLessThan(50);
  expect(none.said).toContain('has no times');
  const some = follow(stream(60, (ms, index) => ({ streamMs: index % 3 === 0 ? undefined : ms, cameMs: ms })));
  expect(Math.max(...some.errorsMs.map(Math.abs))).toBeLessThan(50);
});

test('after a stall of the network the burst has its true times', () => {
  const { errorsMs, said } = follow(
    stream(60, ms => ({ streamMs: ms, cameMs: ms > 20_000 && ms < 24_000 ? 24_000 + (ms - 20_000) / 50 : ms })),
  );
  expect(Math.max(...errorsMs.map(Math.abs))).toBeLessThan(200);
  expect(said).toBeNull();
});

test('jitter of the network does not reach the times once they are trusted', () => {
  const { errorsMs } = follow(stream(60, (ms, index) => ({ streamMs: ms, cameMs: ms + ((index * 7) % 11) * 10 })));
  const later = errorsMs.slice(15 * 5);
  expect(Math.max(...later) - Math.min(...later)).toBeLessThan(40);
});

test('a path that became slower for good is followed, without a jump of half a second', () => {
  const { errorsMs, longestStepMs } = follow(
    stream(120, ms => ({ streamMs: ms, cameMs: ms + (ms < 20_000 ? 50 : 900) })),
  );
  expect(errorsMs.at(-1)).toBeGreaterThan(700);
  expect(longestStepMs).toBeLessThan(1_000);
});

test('one picture a minute has the time of its arrival', () => {
  const times = new LiveTimes();
  const given = [0, 1, 2, 3].map(minute => times.take(minute * 60_000 * 0.9, minute * 60_000));
  expect(given).toEqual([0, 60_000, 120_000, 180_000]);
});

test('a busy network or machine is not blamed on the camera', () => {
  const random = (index: number): number => ((index * 7_919) % 1_009) / 1_009;
  for (const at of [15_000, 25_000, 47_000]) {
    const frames = stream(200, (ms, index) => ({
      streamMs: ms,
      cameMs: ms + 20 * random(index) + (ms > at ? 1_500 : 0),
    }));
    for (let seconds = 5; seconds < 200; seconds += 5) expect(follow(frames.slice(0, seconds * 15)).said).toBeNull();
  }
});
