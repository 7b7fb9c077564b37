import type { CameraRun } from '@sightline/schemas';
import { hours, minutes } from '@sightline/schemas/duration';
import { expect, test } from 'vitest';
import { Silenced } from './silenced.ts';

const nowMs = Date.UTC(2026, 10, 28);
const run = (epoch: number, cameraId = 'c1'): CameraRun => ({
  ...{ cameraId, epoch, sequence: 7, capturedAtMs: nowMs, controlOffset: 1 },
  ...{ models: [], runs: [], subjects: [], cooldowns: {} },
});

test('an epoch that the camera passes when it connects again says so', () => {
  const silenced = new Silenced();
  silenced.duplicate(run(nowMs - 1), nowMs);
  silenced.duplicate(run(nowMs - 1), nowMs + minutes(1) + 1);
  expect(silenced.sentences).toEqual([expect.stringContaining('stop it and start it')]);
});

test('a camera without records any more is no remark, and one with a record taken between neither', () => {
  const silenced = new Silenced();
  for (const atMs of [nowMs, nowMs + minutes(2)]) silenced.duplicate(run(nowMs + hours(5)), atMs);
  expect(silenced.sentences.length).toBe(1);
  silenced.taken('c2', nowMs + minutes(4));
  expect(silenced.sentences).toEqual([]);
  silenced.duplicate(run(nowMs + hours(5)), nowMs + minutes(4));
  silenced.taken('c1', nowMs + minutes(4));
  silenced.duplicate(run(nowMs + hours(5)), nowMs + minutes(5));
  expect(silenced.sentences).toEqual([]);
});
