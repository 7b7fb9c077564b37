import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CameraStatus, topics } from '@sightline/schemas';
import { expect, test, vi } from 'vitest';
import { type Cell, testCell } from '../process/index.ts';
import { readTopic } from './testing/read-topic.ts';
import { startIngest } from './testing/test-ingest.ts';

const MIB = 1024 * 1024;

const status = (cameraId: string, attempts: number, message: string | null = null): CameraStatus => ({
  ...{
    cameraId,
    attempts,
    connections: 0,
    stream: null,
    message,
    storeId: 's1',
    epoch: 0,
    state: 'down',
    atMs: 0,
    lastCapturedAtMs: 0,
  },
  ...{ lastSequence: -1, fps: 0, framesPublished: 0, drops: {}, fileName: null, sameAs: null, fileSha256: null },
});

/** A cell on the same broker whose producers are refused while the gate is `away`. */
function withGate(cell: Cell, gate: { away: boolean }): Cell {
  const producer: Cell['log']['producer'] = options =>
    gate.away ? Promise.reject(new Error('the broker is away')) : cell.log.producer(options);
  const log = new Proxy(cell.log, {
    get(client, name) {
      const member: unknown = Reflect.get(client, name);
      return name === 'producer' ? producer : typeof member === 'function' ? member.bind(client) : member;
    },
  });
  return { ...cell, log };
}

test('hours without a log queue one status for each camera, and each newest one is in the log afterwards', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'held-'));
  const cell = await testCell([topics.frames, topics.cameraStatus, topics.control]);
  const gate = { away: false };
  const { ingest, ...running } = await startIngest(withGate(cell, gate), { videos: folder, scenes: folder });
  gate.away = true;
  const queuedBytes = (): number => Number(ingest.report().details.queuedBytes);

  for (let part = 0; queuedBytes() < 16 * MIB; part += 1)
    ingest.publishStatus(`full-${part}`, status(`full-${part}`, 1, 'x'.repeat(MIB / 2)));
  const queuedWhenFull = queuedBytes();
  for (let attempts = 1; attempts <= 10_000; attempts += 1)
    for (const cameraId of ['a', 'b', 'c']) ingest.publishStatus(cameraId, status(cameraId, attempts));
  expect(queuedBytes()).toBe(queuedWhenFull);

  gate.away = false;
  const readOf = async (): Promise<readonly (readonly [string, number])[]> =>
    (await readTopic(cell, topics.cameraStatus))
      .filter(({ cameraId }) => !cameraId.startsWith('full-'))
      .map(({ cameraId, attempts }) => [cameraId, attempts] as const)
      .toSorted(([one], [other]) => one.localeCompare(other));
  const newest = ['a', 'b', 'c'].map(cameraId => [cameraId, 10_000]);
  await vi.waitFor(async () => expect(await readOf()).toEqual(newest), { timeout: 30_000, interval: 300 });
  await running.stop();
  await cell.close();
}, 90_000);
