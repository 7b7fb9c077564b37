import { expect, test } from 'vitest';
import { Sampler } from './sampler.ts';

const taken = (maxFps: number, mediaTimesMs: readonly number[]): readonly (string | undefined)[] => {
  const sampler = new Sampler(maxFps);
  return mediaTimesMs.map(time => sampler.take(time));
};
const timesOf = (fps: number, seconds: number): number[] =>
  Array.from({ length: Math.floor(fps * seconds) }, (_, index) => (index * 1_000) / fps);

test('of 30 frames a second every sixth is a picture at 5 fps', () => {
  const slots = taken(5, timesOf(30, 2));
  expect(slots.flatMap((slot, index) => (slot === 'picture' ? [index] : []))).toEqual([
    0, 6, 12, 18, 24, 30, 36, 42, 48, 54,
  ]);
});

test('29.97 fps against a grid of 5 fps gives five pictures a second for a minute', () => {
  expect(taken(5, timesOf(30_000 / 1_001, 60)).filter(slot => slot === 'picture')).toHaveLength(300);
});

test('a source slower than maxFps loses nothing', () => {
  expect(taken(30, timesOf(12, 2))).toEqual(Array.from({ length: 24 }, () => 'picture'));
});

test('below one picture a second there is still one frame each second', () => {
  expect(taken(0.25, timesOf(1, 6))).toEqual(['picture', 'between', 'between', 'between', 'picture', 'between']);
});

test('after a pause in the source the next frame is a picture and missed slots are not filled', () => {
  expect(taken(5, [0, 200, 3_000, 3_033, 3_200])).toEqual(['picture', 'picture', 'picture', undefined, 'picture']);
});
