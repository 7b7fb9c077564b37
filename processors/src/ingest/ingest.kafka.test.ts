import { copyFile, mkdir, mkdtemp, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Frame, topics } from '@sightline/schemas';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { openControl } from '../control/index.ts';
import { type Cell, connectCell, testCell, testCellEnv } from '../process/index.ts';
import { sequenceOfEnd, sequenceOfFrame } from './file-sequence.ts';
import { readTopic } from './testing/read-topic.ts';
import { writeTestClip } from './testing/test-clip.ts';
import { setCamera, startIngest, type TestIngest, testCamera, testStore } from './testing/test-ingest.ts';

const TOPICS = [topics.frames, topics.cameraStatus, topics.control];
let clip: string;
let cell: Cell;
let env: ReturnType<typeof testCellEnv>;
let folders: { videos: string; scenes: string };
const running: TestIngest[] = [];

beforeAll(async () => {
  clip = join(await mkdtemp(join(tmpdir(), 'ingest-')), 'clip.mp4');
  await writeTestClip({ path: clip, seconds: 6 });
});

async function freshCell(): Promise<void> {
  env = testCellEnv();
  cell = await testCell(TOPICS, env);
  const root = await mkdtemp(join(tmpdir(), 'ingest-'));
  folders = { videos: join(root, 'videos'), scenes: join(root, 'scenes') };
  await mkdir(folders.videos);
  await mkdir(folders.scenes);
  await copyFile(clip, join(folders.scenes, 'loop.mp4'));
}

async function start(fileSpeed?: number): Promise<TestIngest> {
  const ingest = await startIngest(await connectCell(env, { service: 'test', topics: TOPICS }), folders, fileSpeed);
  running.push(ingest);
  return ingest;
}

const framesOf = async (cameraId: string): Promise<readonly Frame[]> =>
  (await readTopic(cell, topics.frames)).filter(frame => frame.cameraId === cameraId);
const withEnd = (frames: readonly Frame[]): boolean => frames.at(-1)?.reason === 'ended';

afterEach(async () => {
  for (const ingest of running.splice(0)) await ingest.stop();
});
afterAll(() => cell.close());

test('a loop plays in passes of rising epochs, starts and stops with the configuration, and writes `ended` once', async () => {
  await freshCell();
  const { control } = await start();
  const camera = testCamera('loop-1', { url: 'scenes:loop.mp4' });
  const changes = [{ kind: 'store' as const, id: 's1', value: testStore }, setCamera(camera)];
  await control.append({ actor: 'test', changes, effectiveAtMs: 0 });
  await sleep(8_000);
  await control.append({ actor: 'test', changes: [setCamera({ ...camera, active: false })] });
  await vi.waitFor(async () => expect(withEnd(await framesOf('loop-1'))).toBe(true), { timeout: 6_000, interval: 200 });
  await sleep(1_000);
  const frames = await framesOf('loop-1');
  const epochs = [...new Set(frames.map(({ epoch }) => epoch))];
  expect(epochs.length).toBeGreaterThan(1);
  for (const epoch of epochs) {
    const sequences = frames.filter(frame => frame.epoch === epoch).map(({ sequence }) => sequence);
    expect(sequences).toEqual([...new Set(sequences)].toSorted((a, b) => a - b));
  }
  const times = frames.map(({ capturedAtMs }) => capturedAtMs);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(Math.max(...times.slice(1).map((time, index) => time - (times[index] ?? 0)))).toBeLessThan(1_500);
  expect(frames.filter(({ reason }) => reason === 'ended')).toHaveLength(1);
}, 40_000);

test('a file placed in videos becomes a camera at once, is read once to its end, and not again after a restart', async () => {
  await freshCell();
  const first = await start();
  await copyFile(clip, join(folders.videos, 'Front Counter.mp4'));
  await copyFile(clip, join(folders.videos, 'copy.mp4'));
  await writeFile(join(folders.videos, 'broken.mp4'), 'no video');
  await vi.waitFor(async () => expect(withEnd(await framesOf('front-counter'))).toBe(true), {
    timeout: 20_000,
    interval: 200,
  });
  await first.stop();
  running.splice(0);
  const again = await start();
  await sleep(4_000);
  const frames = await framesOf('front-counter');
  expect(frames.slice(0, -1).map(({ sequence }) => sequence)).toEqual(
    Array.from({ length: 30 }, (_, index) => sequenceOfFrame(index * 3)),
  );
  expect(frames.at(-1)).toMatchObject({ sequence: sequenceOfEnd(90), reason: 'ended' });
  const { fold } = again.control;
  expect(fold.all('camera').map(({ cameraId, name, storeId, source }) => [cameraId, name, storeId, source])).toEqual([
    ['front-counter', 'Front Counter', 'videos', 'file'],
  ]);
  expect(fold.all('rule')).toMatchObject([
    { cameraId: 'front-counter', violationType: 'hand_no_scooper', zoneId: null },
  ]);
  await expect
    .poll(() => again.statuses.get('videos:main/broken.mp4'), { timeout: 10_000 })
    .toMatchObject({ state: 'broken', message: expect.stringContaining('copy it again') });
}, 60_000);

test('after a process ends in the middle of a file, the next one goes on after its last record', async () => {
  await freshCell();
  await copyFile(clip, join(folders.videos, 'cut.mp4'));
  const first = await start();
  await vi.waitFor(async () => expect((await framesOf('cut')).length).toBeGreaterThan(8), {
    timeout: 20_000,
    interval: 100,
  });
  await first.stop(); // writes no last status: the next process must find the last record itself
  running.splice(0);
  await start();
  await vi.waitFor(async () => expect(withEnd(await framesOf('cut'))).toBe(true), { timeout: 20_000, interval: 200 });
  const frames = await framesOf('cut');
  expect(frames.map(({ sequence }) => sequence)).toEqual([
    ...Array.from({ length: 30 }, (_, index) => sequenceOfFrame(index * 3)),
    sequenceOfEnd(90),
  ]);
  expect(new Set(frames.map(({ epoch }) => epoch)).size).toBe(1);
}, 60_000);

test('a camera stopped while no process ran gets its last record from the next process; so does one of an unpaid store', async () => {
  await freshCell();
  const first = await start();
  const camera = testCamera('loop-1', { url: 'scenes:loop.mp4' });
  const unpaid = { ...testStore, storeId: 's2', subscriptionActive: false };
  const other = testCamera('loop-2', { url: 'scenes:loop.mp4', storeId: 's2' });
  const stores = [testStore, unpaid].map(store => ({ kind: 'store' as const, id: store.storeId, value: store }));
  await first.control.append({
    actor: 'test',
    changes: [...stores, setCamera(camera), setCamera(other)],
    effectiveAtMs: 0,
  });
  await vi.waitFor(async () => expect((await framesOf('loop-1')).length).toBeGreaterThan(3), {
    timeout: 10_000,
    interval: 100,
  });
  await first.stop();
  running.splice(0);
  const before = await framesOf('loop-1');
  const control = await openControl(cell, () => {});
  await control.append({ actor: 'test', changes: [setCamera({ ...camera, active: false })], effectiveAtMs: 0 });
  await control.close();
  await start();
  await vi.waitFor(async () => expect(withEnd(await framesOf('loop-1'))).toBe(true), {
    timeout: 10_000,
    interval: 100,
  });
  const after = await framesOf('loop-1');
  const [last, end] = [before.at(-1), after.at(-1)];
  expect(after).toHaveLength(before.length + 1);
  expect([end?.epoch, end?.sequence]).toEqual([last?.epoch, (last?.sequence ?? 0) + 1]);
  expect(await framesOf('loop-2')).toEqual([]);
}, 60_000);

test("another recording put in a file's place is read under a new epoch only", async () => {
  await freshCell();
  const clipB = join(folders.scenes, 'b.mp4');
  await writeTestClip({ path: clipB, seconds: 8, sizeWh: [640, 360] });
  await copyFile(clip, join(folders.videos, 'a.mp4'));
  await start();
  await vi.waitFor(async () => expect((await framesOf('a')).length).toBeGreaterThan(6), {
    timeout: 20_000,
    interval: 100,
  });
  await copyFile(clipB, join(folders.videos, 'new.partial.mp4.tmp'));
  await rename(join(folders.videos, 'new.partial.mp4.tmp'), join(folders.videos, 'a.mp4'));
  await vi.waitFor(async () => expect(withEnd(await framesOf('a'))).toBe(true), { timeout: 30_000, interval: 200 });
  const frames = await framesOf('a');
  const epochs = [...new Set(frames.map(({ epoch }) => epoch))];
  expect(epochs).toHaveLength(2);
  const pictures = frames.filter(({ jpeg }) => jpeg !== null);
  expect(new Set(pictures.map(({ epoch, widthPx }) => `${epochs.indexOf(epoch)} ${widthPx}`))).toEqual(
    new Set(['0 320', '1 640']),
  );
  const times = frames.map(({ capturedAtMs }) => capturedAtMs);
  expect(times).toEqual(times.toSorted((x, y) => x - y));
}, 90_000);

test('two processes of a site share its cameras, and one takes over the cameras of the other', async () => {
  await freshCell();
  const one = await start();
  const cameras = ['a', 'b', 'c', 'd', 'e', 'f'].map(id => testCamera(id, { url: 'scenes:loop.mp4' }));
  const changes = [{ kind: 'store' as const, id: 's1', value: testStore }, ...cameras.map(setCamera)];
  await one.control.append({ actor: 'test', changes, effectiveAtMs: 0 });
  const two = await start();
  await vi.waitFor(
    () => {
      const counts = [one, two].map(({ ingest }) => (ingest.report().details.cameras as readonly unknown[]).length);
      expect(Math.min(...counts)).toBeGreaterThan(0);
      expect((counts[0] ?? 0) + (counts[1] ?? 0)).toBe(6);
    },
    { timeout: 15_000, interval: 200 },
  );
  await sleep(2_000);
  await one.stop();
  running.splice(0, 1);
  await vi.waitFor(
    () =>
      expect(
        (two.ingest.report().details.cameras as readonly { state: string }[]).filter(
          ({ state }) => state === 'connected',
        ),
      ).toHaveLength(6),
    { timeout: 15_000, interval: 200 },
  );
  const frames = await readTopic(cell, topics.frames);
  for (const { cameraId } of cameras) {
    const own = frames
      .filter(frame => frame.cameraId === cameraId)
      .map(({ epoch, sequence }) => [epoch, sequence] as const);
    const sorted = own.toSorted(([e1, s1], [e2, s2]) => e1 - e2 || s1 - s2);
    expect(own).toEqual(sorted);
    expect(new Set(own.map(String)).size).toBe(own.length);
  }
}, 60_000);
