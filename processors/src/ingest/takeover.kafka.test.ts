import { type CameraStatus, type Frame, topics } from '@sightline/schemas';
import { expect, test } from 'vitest';
import { connectCell, recreateTopics, testCell, testCellEnv } from '../process/index.ts';
import { StatusLog } from './status-log.ts';
import { Takeover } from './takeover.ts';

test('cameras of every partition of frames are taken over, though camera-status has fewer partitions', async () => {
  const env = testCellEnv();
  const used = [topics.frames, topics.cameraStatus];
  const earlier = await testCell(used, env, 2);
  await recreateTopics(earlier, [topics.frames], 6);
  await earlier.close();
  const cell = await connectCell(env, { service: 'test', topics: used });
  const producer = await cell.log.producer();
  const cameras = ['c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7', 'c8'];
  await producer.send(
    cameras.map((cameraId, lastSequence) =>
      cell.outgoing(topics.cameraStatus, cameraId, {
        ...{
          cameraId,
          lastSequence,
          attempts: 0,
          connections: 0,
          stream: null,
          message: null,
          storeId: 's1',
          epoch: 1,
          state: 'connected',
          atMs: 1,
        },
        ...{
          lastCapturedAtMs: 1,
          fps: 5,
          framesPublished: 0,
          drops: {},
          fileName: null,
          sameAs: null,
          fileSha256: null,
        },
      }),
    ),
  );
  const partitions = new Set(cameras.map(cameraId => cell.partitionOf(topics.frames, cameraId)));
  expect(Math.max(...partitions)).toBeGreaterThan(1);
  const statuses = await StatusLog.open(cell);
  const takeover = new Takeover(cell, statuses);
  await takeover.learn([0, 1, 2, 3, 4, 5]);
  expect(cameras.map(cameraId => takeover.positionOf(cameraId, Date.now())?.sequence)).toEqual([
    0, 1, 2, 3, 4, 5, 6, 7,
  ]);
  await statuses.close();
  await cell.close();
}, 30_000);

/** A record of the camera c1. */
const frame = (sequence: number, epoch = 1_000): Frame => ({
  ...{ cameraId: 'c1', epoch, sequence, source: 'live', capturedAtMs: epoch + sequence, mediaTimeMs: null },
  ...{ cameraClockMs: null, anchored: false, widthPx: 640, heightPx: 360, reason: 'down', sha256: null, jpeg: null },
});

test('gaps in the records that a dead process wrote after its last status are counted by the one that takes over', async () => {
  const cell = await testCell([topics.frames, topics.cameraStatus], testCellEnv(), 1);
  const producer = await cell.log.producer();
  const status: CameraStatus = {
    ...{
      cameraId: 'c1',
      lastSequence: 5,
      attempts: 0,
      connections: 0,
      stream: null,
      message: null,
      storeId: 's1',
      epoch: 1_000,
    },
    ...{ atMs: Date.now(), lastCapturedAtMs: 1_005, fps: 5, framesPublished: 4, drops: { damaged: 2 } },
    ...{ state: 'connected', fileName: null, sameAs: null, fileSha256: null },
  };
  await producer.send([
    ...[0, 3, 4, 5, 8, 9].map(sequence => cell.outgoing(topics.frames, 'c1', frame(sequence))),
    cell.outgoing(topics.cameraStatus, 'c1', status),
  ]);
  const statuses = await StatusLog.open(cell);
  const takeover = new Takeover(cell, statuses);
  await takeover.learn([0]);
  expect(takeover.positionOf('c1', Date.now())).toMatchObject({
    ...{ epoch: 1_000, sequence: 9, drops: { damaged: 2, 'process-ended': 2 } },
  });
  await producer.send([frame(1, 2_000), frame(2, 2_000)].map(value => cell.outgoing(topics.frames, 'c1', value)));
  await takeover.learn([0]);
  expect(takeover.positionOf('c1', Date.now())).toMatchObject({ sequence: 2, drops: { 'process-ended': 1 } });
  await statuses.close();
  await cell.close();
}, 30_000);
