import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Frame, topics } from '@sightline/schemas';
import { expect, test, vi } from 'vitest';
import { testCell } from '../process/index.ts';
import { sequenceOfEnd, sequenceOfFrame } from './file-sequence.ts';
import { readTopic } from './testing/read-topic.ts';
import { writeTestClip } from './testing/test-clip.ts';
import { setCamera, startIngest, testCamera, testStore } from './testing/test-ingest.ts';

const FRAMES = 15;

test('a recording stopped and started again and again has each frame once, under its own number', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'file-sequence-'));
  await writeTestClip({ path: join(folder, 'short.mp4'), seconds: 1 });
  const cell = await testCell([topics.frames, topics.cameraStatus, topics.control]);
  const ingest = await startIngest(cell, { videos: folder, scenes: folder }, 0.1); // three frames in two seconds
  const framesOf = async (): Promise<readonly Frame[]> =>
    (await readTopic(cell, topics.frames)).filter(({ cameraId }) => cameraId === 'file-1');
  const file = { source: 'file' as const, fileEpoch: 500, fileStartedAtMs: 1_000_000, maxFps: 60 };
  const camera = testCamera('file-1', { url: 'scenes:short.mp4', ...file });
  const set = (active: boolean) =>
    ingest.control.append({
      actor: 'test',
      changes: [{ kind: 'store', id: 's1', value: testStore }, setCamera({ ...camera, active })],
      effectiveAtMs: 0,
    });
  const withEnd = (frames: readonly Frame[]): boolean => frames.at(-1)?.reason === 'ended';
  const until = (check: (frames: readonly Frame[]) => boolean): Promise<void> =>
    vi.waitFor(async () => expect(check(await framesOf())).toBe(true), { timeout: 30_000, interval: 50 });
  await set(true);
  const isRead = (frames: readonly Frame[]): boolean => frames.at(-1)?.sequence === sequenceOfEnd(FRAMES);
  let stops = 0;
  for (let seen = 0; ; seen = (await framesOf()).length) {
    await until(frames => isRead(frames) || (frames.length > seen && !withEnd(frames)));
    if (isRead(await framesOf())) break;
    await set(false);
    await until(withEnd);
    stops += 1;
    await set(true);
  }
  expect(stops).toBeGreaterThan(3);
  const frames = await framesOf();
  expect(frames.filter(({ reason }) => reason !== 'ended').map(({ sequence }) => sequence)).toEqual(
    Array.from({ length: FRAMES }, (_, index) => sequenceOfFrame(index)),
  );
  const sequences = frames.map(({ sequence }) => sequence);
  expect(sequences).toEqual([...new Set(sequences)].toSorted((a, b) => a - b));
  await ingest.stop();
  await cell.close();
}, 120_000);
