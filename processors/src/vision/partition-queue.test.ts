import type { Frame } from '@sightline/schemas';
import { expect, test } from 'vitest';
import { chooseBatch } from './choose-batch.ts';
import { detectionOf } from './detection.ts';
import { isUndecodable, PartitionQueue, type Passage } from './partition-queue.ts';

const at = (offset: number) => ({ offset: BigInt(offset), timestampMs: 0 });
const payload = { kind: 'boxes' as const, classes: [], boxes: [] };
const result = { model: 'm', version: '1', sha256: 'cc', of: [], everyMs: 0, payload };
const picture = (cameraId: string, sequence: number, change: Partial<Frame> = {}): Frame => ({
  cameraId,
  epoch: 1,
  sequence,
  source: 'live',
  capturedAtMs: 1_000 + sequence,
  mediaTimeMs: null,
  cameraClockMs: null,
  anchored: false,
  widthPx: 640,
  heightPx: 360,
  reason: null,
  sha256: 'ab',
  jpeg: Buffer.from('jpeg'),
  ...change,
});
const empty = (cameraId: string, sequence: number, reason: Frame['reason']): Frame =>
  picture(cameraId, sequence, { reason, sha256: null, jpeg: null });

function queueOf(...frames: readonly Frame[]): PartitionQueue {
  const queue = new PartitionQueue(0);
  frames.forEach((frame, offset) => {
    queue.push(at(offset), frame, [{ key: 'model', everyMs: 0, tiles: null }]);
  });
  return queue;
}
const waiting = (queue: PartitionQueue): readonly Passage[] => [...queue.waitingLive(), ...queue.waitingFiles()];
const told = (queue: PartitionQueue) =>
  queue
    .takeDone()
    .map(entry =>
      isUndecodable(entry) ? [entry.offset, 'undecodable'] : [entry.offset, entry.outcome, entry.skipReason],
    );

test('only the newest buffered picture of a live camera waits; older ones are skipped in their place', () => {
  const queue = queueOf(picture('a', 0), picture('b', 0), picture('a', 1), picture('a', 2));
  expect(waiting(queue).map(({ head }) => [head.cameraId, head.sequence])).toEqual([
    ['b', 0],
    ['a', 2],
  ]);
  for (const passage of waiting(queue)) {
    queue.run(passage);
    queue.detected(passage, [result]);
  }
  expect(told(queue)).toEqual([
    [0n, 'skipped', 'newer'],
    [1n, 'detected', null],
    [2n, 'skipped', 'newer'],
    [3n, 'detected', null],
  ]);
  expect(queue.pictureBytes).toBe(0);
});

test('a picture that a model already has is not overtaken', () => {
  const queue = queueOf(picture('a', 0));
  const [running] = waiting(queue);
  if (running) queue.run(running);
  queue.push(at(1), picture('a', 1), [{ key: 'model', everyMs: 0, tiles: null }]);
  if (running) queue.detected(running, [result]);
  expect(told(queue)).toEqual([[0n, 'detected', null]]);
});

test('pictures of files are never skipped, and a loop counts as live', () => {
  const queue = queueOf(
    picture('f', 0, { source: 'file' }),
    picture('f', 5, { source: 'file' }),
    picture('l', 0, { source: 'loop' }),
    picture('l', 1, { source: 'loop' }),
  );
  expect(waiting(queue).map(({ head }) => [head.cameraId, head.sequence])).toEqual([
    ['l', 1],
    ['f', 0],
    ['f', 5],
  ]);
});

test('records without a picture wait only for their turn', () => {
  const queue = queueOf(empty('a', 0, 'unchanged'), picture('a', 1), empty('a', 2, 'down'), empty('a', 3, 'ended'));
  expect(told(queue)).toEqual([[0n, 'unchanged', null]]);
  const [passage] = waiting(queue);
  if (passage) queue.skip(passage, 'model-failed');
  expect(told(queue)).toEqual([
    [1n, 'skipped', 'model-failed'],
    [2n, 'down', null],
    [3n, 'ended', null],
  ]);
});

test('a record that does not decode keeps its place', () => {
  const queue = queueOf(picture('a', 0));
  queue.pushUndecodable(
    { offset: 1n, timestampMs: 0, key: null, value: Buffer.from('x'), headers: [] },
    new Error('bad'),
  );
  expect(told(queue)).toEqual([]);
  const [passage] = waiting(queue);
  if (passage) queue.detected(passage, [result]);
  expect(told(queue)).toEqual([
    [0n, 'detected', null],
    [1n, 'undecodable'],
  ]);
});

test('a detection carries identity, times and the reference to its picture, never its own offset', () => {
  const [passage] = waiting(queueOf(picture('a', 4)));
  expect(passage && detectionOf({ ...passage, results: [result] })).toEqual({
    cameraId: 'a',
    epoch: 1,
    sequence: 4,
    source: 'live',
    capturedAtMs: 1_004,
    mediaTimeMs: null,
    widthPx: 640,
    heightPx: 360,
    outcome: 'detected',
    skipReason: null,
    frame: { topic: 'frames', partition: 0, offset: 0, sha256: 'ab' },
    results: [result],
  });
});

test('a batch takes live pictures first, across partitions, and keeps a place for a file', () => {
  const one = queueOf(picture('a', 9), picture('f', 0, { source: 'file' }), picture('f', 5, { source: 'file' }));
  const two = queueOf(picture('b', 2), picture('c', 3));
  const chosen = (size: number) => chooseBatch([one, two], size).map(({ head }) => `${head.cameraId}${head.sequence}`);
  expect(chosen(1)).toEqual(['b2']);
  expect(chosen(3)).toEqual(['b2', 'c3', 'f0']);
  expect(chosen(8)).toEqual(['b2', 'c3', 'a9', 'f0', 'f5']);
});

test('a live picture with tiles is a batch of its own, in its turn; of a file with tiles one picture is taken; none while one is looked at', () => {
  const tiled = [{ key: 'model', everyMs: 0, tiles: { columns: 2, rows: 1 } }];
  const queue = queueOf(picture('a', 1), picture('b', 3));
  queue.push(at(2), picture('t', 2), tiled);
  for (const number of [0, 1]) queue.push(at(3 + number), picture('f', number, { source: 'file' }), tiled);
  const chosen = (looking: string) =>
    chooseBatch([queue], 8, cameraId => cameraId === looking).map(({ head }) => `${head.cameraId}${head.sequence}`);
  expect(chosen('')).toEqual(['a1', 'b3', 'f0']);
  expect(chosen('a')).toEqual(['t2']);
  expect(chosen('t')).toEqual(['a1', 'b3', 'f0']);
  expect(chosen('f')).toEqual(['a1', 'b3']);
});

test('a picture that no model looks at is done at once, and can be shown', () => {
  const queue = new PartitionQueue(0);
  queue.push(at(0), picture('a', 0), []);
  queue.push(at(1), picture('a', 1), []);
  expect(waiting(queue)).toEqual([]);
  const shown = queue.takeDone();
  expect(shown).toMatchObject([
    { outcome: 'detected', results: [], jpeg: expect.any(Buffer) },
    { outcome: 'detected', results: [], jpeg: expect.any(Buffer) },
  ]);
});
