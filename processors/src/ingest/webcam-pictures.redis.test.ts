/** A webcam's pictures, as a gateway publishes them in Redis, become records of `frames` by the rules of every camera. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Frame, topics, WEBCAM_URL, webcamChannel, webcamMessage } from '@sightline/schemas';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Cell, testCell, testCellEnv } from '../process/index.ts';
import { readTopic } from './testing/read-topic.ts';
import { setCamera, startIngest, type TestIngest, testCamera, testStore } from './testing/test-ingest.ts';

const CAMERA = 'webcam-1';
const camera = testCamera(CAMERA, { source: 'live', url: WEBCAM_URL, maxFps: 10 });
const jpeg = Buffer.from('a picture');
let cell: Cell;
let running: TestIngest;
let gateway: Redis;

beforeAll(async () => {
  cell = await testCell([topics.frames, topics.cameraStatus, topics.control], testCellEnv());
  gateway = new Redis(process.env.TEST_REDIS_URL ?? '');
  const folder = await mkdtemp(join(tmpdir(), 'webcam-'));
  running = await startIngest(cell, { videos: folder, scenes: folder });
  const changes = [{ kind: 'store' as const, id: testStore.storeId, value: testStore }, setCamera(camera)];
  await running.control.append({ actor: 'test', changes, effectiveAtMs: 0 });
});
afterAll(async () => {
  gateway.disconnect();
  await running.stop();
  await cell.close();
});

const send = (connectionId: string, capturedAtMs: number, leftOut = 0): Promise<number> => {
  const size = { widthPx: 640, heightPx: 360, leftOut };
  return gateway.publish(
    webcamChannel(cell.prefix, CAMERA),
    webcamMessage({ kind: 'picture', connectionId, capturedAtMs, ...size }, jpeg),
  );
};
const status = () => running.statuses.get(CAMERA);
const frames = async (): Promise<readonly Frame[]> =>
  (await readTopic(cell, topics.frames)).filter(frame => frame.cameraId === CAMERA);
const become = (state: string): Promise<void> =>
  vi.waitFor(() => expect(status()?.state).toBe(state), { timeout: 10_000, interval: 50 });

test('epochs, sequence, times, drops, `down` and `ended` of a webcam are those of any live camera', async () => {
  await become('down');
  expect(status()?.message).toMatch(/open this camera's page on the device/);
  await vi.waitFor(async () => expect(await send('a', 5_000_000)).toBe(1), { timeout: 5_000, interval: 50 });
  for (let at = 1; at < 10; at++) {
    await sleep(100);
    await send('a', 5_000_000 + at * 100, at === 5 ? 2 : 0);
  }
  await become('connected');
  await vi.waitFor(() => expect(status()?.drops).toEqual({ 'gateway-behind': 2 }), { timeout: 5_000 });
  await become('down'); // the browser is silent
  await send('b', 100); // another browser, with another clock
  await become('connected');
  await gateway.publish(webcamChannel(cell.prefix, CAMERA), webcamMessage({ kind: 'left', connectionId: 'a' }));
  await sleep(300);
  expect(status()).toMatchObject({ state: 'connected', message: null }); // `a` had the camera no more
  await gateway.publish(webcamChannel(cell.prefix, CAMERA), webcamMessage({ kind: 'left', connectionId: 'b' }));
  await vi.waitFor(() => expect(status()?.message).toMatch(/no browser or program sends/), {
    timeout: 2_000,
    interval: 50,
  });
  await running.control.append({ actor: 'test', changes: [setCamera({ ...camera, active: false })] });
  await become('ended');

  const all = await frames();
  const withPicture = all.filter(({ reason }) => reason === null);
  const [first] = withPicture;
  expect(withPicture).toHaveLength(11);
  expect(first).toMatchObject({ source: 'live', sequence: 0, anchored: true, cameraClockMs: 5_000_000, widthPx: 640 });
  expect(Buffer.from(first?.jpeg ?? []).equals(jpeg)).toBe(true);
  expect(withPicture.slice(0, 10).map(({ sequence }) => sequence)).toEqual([0, 1, 2, 3, 4, 7, 8, 9, 10, 11]);
  expect(withPicture.at(-1)).toMatchObject({ sequence: 0, cameraClockMs: 100 });
  expect(withPicture.at(-1)?.epoch).toBeGreaterThan(first?.epoch ?? 0);
  expect(all.at(-1)).toMatchObject({ reason: 'ended' });
  expect(all.filter(({ reason }) => reason === 'down').length).toBeGreaterThan(2);
  const keys = all.map(({ epoch, sequence }) => epoch * 1_000 + sequence);
  expect(keys).toEqual([...new Set(keys)].toSorted((a, b) => a - b));
  const times = all.map(({ capturedAtMs }) => capturedAtMs);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(Math.max(...times.slice(1).map((time, at) => time - (times[at] ?? 0)))).toBeLessThan(2_000);
}, 60_000);
