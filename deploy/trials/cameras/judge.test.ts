import { expect, test } from 'vitest';
import type { LoggedFrame } from './camera-log.ts';
import { DOCTORED_LOGS } from './doctored-logs.ts';
import { type CameraRun, judgeCameras } from './judge.ts';
import { checkSum, numberOf, shownAtMs } from './strip.ts';
import { drawTroubles, type Trouble } from './troubles.ts';

const START_MS = 1_795_900_000_000;
const SECONDS = 60;
const CLIP = { fps: 5, shift: 0, pictures: 300 };

/** A slot of a camera that sees a picture every 200 ms. From 20 s to 27 s the camera `troubled` has none. */
function frame(cameraId: string, slot: number): LoggedFrame {
  const atMs = START_MS + slot * 200;
  const isDown = cameraId === 'troubled' && slot >= 100 && slot < 135;
  return {
    ...{ cameraId, epoch: START_MS, sequence: slot, capturedAtMs: atMs, loggedAtMs: atMs + 100 },
    reason: isDown ? 'down' : null,
    shown: isDown ? undefined : { number: ((atMs * 5) / 1_000) % 300, whole: true },
  };
}

function soundRun(): CameraRun {
  const silence: Trouble = { kind: 'silence', camera: 1, fromMs: START_MS + 20_000, untilMs: START_MS + 26_000 };
  const slots = Array.from({ length: SECONDS * 5 }, (_, slot) => slot);
  const frames = slots.flatMap(slot => [frame('calm', slot), frame('troubled', slot)]);
  const statuses = frames
    .filter(({ sequence }) => sequence % 9 === 0 || sequence === slots.length - 1)
    .map(({ cameraId, epoch, loggedAtMs, sequence, reason }) => ({
      ...{ cameraId, epoch, loggedAtMs, lastSequence: sequence, drops: 0 },
      ...(reason === 'down'
        ? { state: 'down' as const, message: 'the camera sends no picture: restart it' }
        : { state: 'connected' as const, message: null }),
    }));
  return {
    log: {
      frames,
      statuses,
      detections: frames.map(({ reason, ...each }) => ({ ...each, outcome: reason ?? 'detected', boxes: 1 })),
    },
    cameras: [
      { cameraId: 'calm', ...CLIP, troubles: [] },
      { cameraId: 'troubled', ...CLIP, troubles: [silence] },
    ],
    inferenceKills: [],
    fromMs: START_MS,
    untilMs: START_MS + SECONDS * 1_000,
  };
}

test('a sound run has no finding, and tells how soon a camera was back', () => {
  const { findings, backMs, gaps } = judgeCameras(soundRun());
  expect(findings).toEqual([]);
  expect([gaps, backMs.get('silence')]).toEqual([0, 1_100]);
});

test.each(DOCTORED_LOGS)('it is found when $name', ({ finds, doctor }) => {
  const run = soundRun();
  const { findings } = judgeCameras({ ...run, log: doctor(run) });
  expect(findings.map(({ finding }) => finding)).toContain(finds);
});

test('a camera that is not back in time, and a late picture, are found', () => {
  const run = soundRun();
  const slow = run.log.frames.map(each =>
    each.cameraId === 'troubled' && each.sequence >= 100 && each.sequence < 200 ? { ...each, shown: undefined } : each,
  );
  const late = run.log.frames.map(each =>
    each.sequence === 50 ? { ...each, loggedAtMs: each.loggedAtMs + 1_500 } : each,
  );
  const found = (frames: readonly LoggedFrame[]): readonly string[] =>
    judgeCameras({ ...run, log: { ...run.log, frames } }).findings.map(({ finding }) => finding);
  expect(found(slow)).toContain('not back in time');
  expect(found(late)).toContain('late picture');
});

test('a strip gives its number, a damaged one gives none', () => {
  const levels = (value: number): readonly number[] =>
    [1, 0, ...Array.from({ length: 24 }, (_, bit) => (value >> (23 - bit)) & 1)].map(bit => (bit ? 235 : 16));
  const value = (number: number): number => (number << 8) | checkSum(number);
  for (const number of [0, 7, 599, 65_535]) expect(numberOf(levels(value(number)))).toBe(number);
  expect(numberOf(levels(value(599) ^ 0x400))).toBeUndefined();
  expect(numberOf(Array(26).fill(128))).toBeUndefined();
});

test('a number tells when it was shown, also behind the end of the clip', () => {
  const clip = { fps: 10, shift: 20, pictures: 600 };
  for (const atMs of [START_MS, START_MS + 59_900, START_MS + 60_000]) {
    const number = (Math.floor(atMs / 100) + 20) % 600;
    expect(shownAtMs(number, clip, atMs + 3_000)).toBe(atMs);
    expect(shownAtMs(number, clip, atMs + 28_000)).toBe(atMs);
  }
});

test('a seed draws the same troubles again, and four rounds have every kind', () => {
  const drawn = drawTroubles(1, 4, [0, 1, 2, 3]);
  expect(drawTroubles(1, 4, [0, 1, 2, 3])).toEqual(drawn);
  expect(drawTroubles(2, 4, [0, 1, 2, 3])).not.toEqual(drawn);
  const kinds = new Set(drawn.map(({ kind }) => kind));
  expect(kinds.size).toBe(10);
});
