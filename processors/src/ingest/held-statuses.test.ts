import type { CameraStatus } from '@sightline/schemas';
import { expect, test } from 'vitest';
import { HeldStatuses } from './held-statuses.ts';

const status = (cameraId: string, attempts: number): CameraStatus => ({
  ...{
    cameraId,
    attempts,
    connections: 0,
    stream: null,
    storeId: 's',
    epoch: 1,
    state: 'down',
    atMs: 0,
    lastCapturedAtMs: 0,
    lastSequence: 0,
  },
  ...{ fps: 0, framesPublished: 0, drops: {}, fileName: null, sameAs: null, fileSha256: null, message: null },
});

test('while the log is away the newest status of each camera waits, and goes out once the log is back', () => {
  const sent: (readonly [string, number | null])[] = [];
  const statuses = new HeldStatuses((cameraId, sentStatus) => sent.push([cameraId, sentStatus?.attempts ?? null]));
  statuses.put('a', status('a', 1), false);
  for (let attempts = 2; attempts < 1_000; attempts += 1) statuses.put('a', status('a', attempts), true);
  statuses.put('b', status('b', 1), true);
  statuses.put('c', null, true);
  expect(sent).toEqual([['a', 1]]);
  statuses.release();
  statuses.release();
  expect(sent.slice(1)).toEqual([
    ['a', 999],
    ['b', 1],
    ['c', null],
  ]);
});
