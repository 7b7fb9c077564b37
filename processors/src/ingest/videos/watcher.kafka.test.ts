import { copyFile, mkdtemp, rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { topics } from '@sightline/schemas';
import { expect, test, vi } from 'vitest';
import { connectCell, testCell, testCellEnv } from '../../process/index.ts';
import { readTopic } from '../testing/read-topic.ts';
import { writeTestClip } from '../testing/test-clip.ts';
import { startIngest } from '../testing/test-ingest.ts';

const TOPICS = [topics.frames, topics.cameraStatus, topics.control];
const PATIENT = { timeout: 30_000, interval: 100 };

test('a removed recording stays away under any name and after a restart, says so, and comes back when asked', async () => {
  const [folder, scenes] = await Promise.all(['videos-', 'scenes-'].map(name => mkdtemp(join(tmpdir(), name))));
  const env = testCellEnv();
  const cell = await testCell(TOPICS, env);
  const start = async () =>
    startIngest(
      await connectCell(env, { service: 'test', topics: TOPICS }),
      { videos: folder ?? '', scenes: scenes ?? '' },
      0,
    );
  const file = (name: string): string => join(folder ?? '', name);
  await writeTestClip({ path: join(scenes ?? '', 'clip.mp4'), seconds: 1 });
  const first = await start();
  const noticeOf = (ingest: typeof first, name: string) => ingest.statuses.get(`videos:main/${name}`);

  await copyFile(join(scenes ?? '', 'clip.mp4'), file('Counter.mp4'));
  await vi.waitFor(() => expect(first.statuses.get('counter')?.state).toBe('ended'), PATIENT);
  await copyFile(file('Counter.mp4'), file('copy.mp4'));
  await vi.waitFor(
    () =>
      expect(noticeOf(first, 'copy.mp4')).toMatchObject({
        ...{ fileName: 'copy.mp4', sameAs: 'counter', state: 'ended' },
        message: 'copy.mp4 holds the same recording as the camera Counter, so it is not read again',
      }),
    PATIENT,
  );

  const camera = first.control.fold.entity('camera', 'counter')?.value ?? null;
  await first.control.append({ actor: 'test', changes: [{ kind: 'camera', id: 'counter', value: null }] });
  await vi.waitFor(
    () => expect(noticeOf(first, 'Counter.mp4')?.message).toContain('camera Counter, which was removed'),
    PATIENT,
  );
  await rename(file('Counter.mp4'), file('renamed.mp4'));
  await vi.waitFor(() => expect(noticeOf(first, 'renamed.mp4')?.sameAs).toBe('counter'), PATIENT);
  await vi.waitFor(() => expect(noticeOf(first, 'Counter.mp4')).toBeUndefined(), PATIENT);
  await first.stop();

  await rename(file('copy.mp4'), file('again.mp4'));
  const second = await start();
  await vi.waitFor(() => expect(noticeOf(second, 'again.mp4')?.sameAs).toBe('counter'), PATIENT);
  await vi.waitFor(() => expect(noticeOf(second, 'copy.mp4')).toBeUndefined(), PATIENT); // it went while nobody looked
  await sleep(3_000);
  expect(second.control.fold.all('camera')).toEqual([]);

  await second.control.append({ actor: 'test', changes: [{ kind: 'camera', id: 'counter', value: camera }] });
  const urlOf = () => second.control.fold.entity('camera', 'counter')?.value.url;
  await vi.waitFor(() => expect(['videos:again.mp4', 'videos:renamed.mp4']).toContain(urlOf()), PATIENT);
  await vi.waitFor(() => {
    const notices = ['again.mp4', 'renamed.mp4'].map(name => noticeOf(second, name)?.message);
    expect(notices.filter(message => message !== undefined)).toEqual([expect.stringContaining('same recording')]);
  }, PATIENT);
  await sleep(3_000);
  const ends = (await readTopic(cell, topics.frames)).filter(({ reason }) => reason === 'ended');
  expect(ends.map(({ cameraId }) => cameraId)).toEqual(['counter']);
  await second.stop();
  await cell.close();
}, 180_000);
