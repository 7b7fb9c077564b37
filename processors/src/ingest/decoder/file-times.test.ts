import { expect, test } from 'vitest';
import { FileTimes } from './file-times.ts';

const HOUR_MS = 3_600_000;

function timesOf(positions: readonly (number | undefined)[], frameMs: number | undefined = 40) {
  const times = new FileTimes(frameMs);
  const found = positions.map(position => ({ timeMs: times.next(position), gap: times.gap }));
  return { times: found.map(({ timeMs }) => timeMs), gaps: found.flatMap(({ gap }) => gap ?? []) };
}

test('a gap of an hour keeps its length and is said', () => {
  expect(timesOf([0, 40, 80, 80 + HOUR_MS, 120 + HOUR_MS])).toEqual({
    times: [0, 40, 80, 80 + HOUR_MS, 120 + HOUR_MS],
    gaps: [{ gapMs: HOUR_MS, countsMs: HOUR_MS }],
  });
});

test('a gap beyond twenty hours counts as a minute, and the frames after it keep their distance', () => {
  expect(timesOf([0, 40, 30 * HOUR_MS, 30 * HOUR_MS + 40])).toEqual({
    times: [0, 40, 60_040, 60_080],
    gaps: [{ gapMs: 30 * HOUR_MS - 40, countsMs: 60_000 }],
  });
});

test('rare pictures at a steady pace are no gaps', () => {
  const minutes = Array.from({ length: 5 }, (_, index) => index * 60_000);
  expect(timesOf(minutes, 60_000)).toEqual({ times: minutes, gaps: [] });
});

test('a clock that begins anew goes on one frame after the last time', () => {
  expect(timesOf([0, 100, 200, -5_000, -4_900, -4_800]).times).toEqual([0, 100, 200, 300, 400, 500]);
});

test('single wrong times do not move the times after them', () => {
  expect(timesOf([0, 40, 80, 60, 160, 140, 240]).times).toEqual([0, 40, 80, 80, 160, 160, 240]);
});

test('frames without a time follow at the pace of those before', () => {
  expect(timesOf([0, 50, undefined, 150, undefined]).times).toEqual([0, 50, 100, 150, 200]);
  expect(timesOf([undefined, undefined, undefined], undefined).times).toEqual([0, 40, 80]);
});

test('an average frame that a gap made long is no step', () => {
  expect(timesOf([undefined, undefined], 48_000).times).toEqual([0, 1_000]);
});
