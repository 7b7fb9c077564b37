import { expect, test } from 'vitest';
import { KeyFrameRhythm } from './key-frame-rhythm.ts';

/** Plays ten pictures a second, with a key frame a second, for three seconds. */
function played(): KeyFrameRhythm {
  const rhythm = new KeyFrameRhythm();
  for (let picture = 0; picture < 30; picture++) rhythm.missed(picture * 100, picture % 10 === 0);
  return rhythm;
}

test('a pause that is longer than the distance of key frames, and ends between two of them, hides a loss', () => {
  expect(played().missed(5_400, false)).toBe(true);
});

test('a stream that goes on at a key frame, or a camera that sends a still scene rarely, lost nothing', () => {
  expect(played().missed(6_000, true)).toBe(false);
  const rarely = new KeyFrameRhythm();
  const missed = Array.from({ length: 60 }, (_, picture) => rarely.missed(picture * 1_500, picture % 20 === 0));
  expect(missed).not.toContain(true);
});

test('pictures in their usual rhythm lost nothing, also when key frames come late', () => {
  const rhythm = played();
  const missed = Array.from({ length: 50 }, (_, picture) => rhythm.missed(3_000 + picture * 100, false));
  expect(missed).not.toContain(true);
});

test('times that jump change nothing in the rhythm that is known', () => {
  const rhythm = played();
  for (let picture = 35; picture < 60; picture++) rhythm.missed(40_000_000 + picture * 100, picture % 10 === 0);
  for (let picture = 65; picture < 90; picture++) rhythm.missed(picture * 100, picture % 10 === 0);
  expect(rhythm.missed(16_000, false)).toBe(true);
});
