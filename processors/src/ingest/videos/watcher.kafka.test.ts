import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
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

/** Ingest with an empty videos folder and a folder of recordings that the test places there. */
async function installation(fileSpeed: number) {
  const [folder = '', scenes = ''] = await Promise.all(
    ['videos-', 'scenes-'].map(name => mkdtemp(join(tmpdir(), name))),
  );
  const env = testCellEnv();
  const cell = await testCell(TOPICS, env);
  const log = await connectCell(env, { service: 'test', topics: TOPICS });
  const ingest = await startIngest(log, { videos: folder, scenes }, fileSpeed);
  return {
    file: (name: string): string => join(folder, name),
    made: (name: string): string => join(scenes, name),
    status: (cameraId: string) => ingest.statuses.get(cameraId),
    notice: (name: string) => ingest.statuses.get(`videos:main/${name}`),
    url: (cameraId: string) => ingest.control.fold.entity('camera', cameraId)?.value.url,
    async end() {
      await ingest.stop();
      await cell.close();
    },
  };
}

/** Gives each file the name of the next one, and the last the name of the first. */
async function turn(path: (name: string) => string, names: readonly string[]): Promise<void> {
  for (const name of names) await rename(path(name), path(`.${name}`));
  for (const [at, name] of names.entries()) await rename(path(`.${name}`), path(names[(at + 1) % names.length] ?? ''));
}

test('playing and ended recordings that exchange their names go on as the same cameras', async () => {
  const { file, made, status, notice, url, end } = await installation(1);
  const names = ['a.mp4', 'b.mp4', 'c.mp4'];
  for (const [at, name] of names.entries()) {
    await writeTestClip({ path: made(name), seconds: 120 + at, fps: 5, sizeWh: [64, 48] });
    await writeTestClip({ path: made(`end-${name}`), seconds: 1 + at, fps: 5 });
    for (const each of [name, `end-${name}`]) await copyFile(made(each), file(each));
  }
  const ids = ['a', 'b', 'c'];
  await vi.waitFor(() => {
    for (const id of ids) expect(status(id)?.framesPublished).toBeGreaterThan(2);
    for (const id of ids) expect(status(`end-${id}`)?.state).toBe('ended');
  }, PATIENT);

  await turn(file, names);
  await turn(file, ['end-a.mp4', 'end-b.mp4']);
  await vi.waitFor(() => {
    expect(ids.map(url)).toEqual(['videos:b.mp4', 'videos:c.mp4', 'videos:a.mp4']);
    expect(['end-a', 'end-b'].map(url)).toEqual(['videos:end-b.mp4', 'videos:end-a.mp4']);
  }, PATIENT);
  const before = ids.map(id => status(id)?.lastSequence ?? 0);
  await vi.waitFor(() => {
    for (const [at, id] of ids.entries()) expect(status(id)?.lastSequence).toBeGreaterThan((before[at] ?? 0) + 10);
    for (const id of ids) expect(status(id)).toMatchObject({ state: 'connected', message: null });
  }, PATIENT);
  expect(status('end-a')).toMatchObject({ state: 'ended', message: null });
  expect(names.map(notice)).toEqual([undefined, undefined, undefined]);

  await rename(file('b.mp4'), file('c.mp4')); // the recording of b is gone
  await vi.waitFor(() => {
    expect(url('a')).toBe('videos:c.mp4');
    expect(status('b')).toMatchObject({ state: 'broken', message: expect.stringContaining('holds another recording') });
  }, PATIENT);
  await end();
}, 180_000);

test('large files keep no other away; it is said how far they are read, and removed they leave no word', async () => {
  const { file, made, status, notice, end } = await installation(0);
  await writeTestClip({ path: made('large.ts'), seconds: 1, fps: 5 }); // opens only after all of it was read
  await writeTestClip({ path: made('large.mp4'), seconds: 3, fps: 5 });
  await writeTestClip({ path: made('clip.mp4'), seconds: 1, fps: 5 });
  const large = ['one.mp4', 'two.mp4', 'one.ts', 'two.ts', 'three.ts'];
  for (const name of large) {
    await copyFile(made(`large${extname(name)}`), file(name));
    await truncate(file(name), 40 * 1024 ** 3);
  }
  await vi.waitFor(() => expect(notice('one.mp4')?.message).toMatch(/^one.mp4 is being read, \d+ %$/), PATIENT);
  expect(notice('one.mp4')?.state).toBe('connecting');
  await copyFile(made('clip.mp4'), file('clip.mp4'));
  await vi.waitFor(() => expect(status('clip')?.state).toBe('ended'), PATIENT);
  for (const name of large) await rm(file(name));
  await vi.waitFor(() => expect(notice('one.mp4')).toBeUndefined(), PATIENT);
  await end();
}, 120_000);

test('what cannot be read says so, and a recording with an unfit name is a camera with a name that fits', async () => {
  const { file, made, status, notice, end } = await installation(0);
  await writeTestClip({ path: made('clip.mp4'), seconds: 1, fps: 5 });
  await writeTestClip({ path: made('other.mp4'), seconds: 2, fps: 5 });
  await copyFile(made('clip.mp4'), file('back\ndoor\u202e.mp4'));
  await copyFile(made('other.mp4'), file(`${'x'.repeat(230)}.mp4`));
  await symlink('nowhere', file('link.mp4'));
  await mkdir(file('pictures'));
  await copyFile(made('clip.mp4'), file('one.jpg'));
  await copyFile(made('clip.mp4'), file('notes.txt'));
  await chmod(file('.'), 0o755); // the decoder may run as another user only where that user can look
  await copyFile(made('clip.mp4'), file('secret.mp4'));
  await chmod(file('secret.mp4'), 0o000);
  await vi.waitFor(() => expect(status('back-door')?.state).toBe('ended'), PATIENT);
  await vi.waitFor(() => expect(status('x'.repeat(60))?.state).toBe('ended'), PATIENT);
  await vi.waitFor(() => expect(notice('link.mp4')?.message).toContain('is a link to nothing'), PATIENT);
  await vi.waitFor(() => expect(notice('secret.mp4')?.message).toContain('chmod a+r'), PATIENT);
  await vi.waitFor(
    () => expect(notice('pictures')?.message).toBe('pictures is a folder: place its files here'),
    PATIENT,
  );
  await vi.waitFor(() => expect(notice('one.jpg')?.message).toContain('is no video that is read: place .mp4'), PATIENT);
  expect(notice('notes.txt')).toBeUndefined();
  await end();
}, 120_000);

/** Pids of the decoders that this process started. */
async function decoders(): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async pid => {
      const [stat, command] = await Promise.all(
        ['stat', 'cmdline'].map(name => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '')),
      );
      const parent = Number(stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      return parent === process.pid && command?.includes('decoder/main.ts') ? [Number(pid)] : [];
    }),
  );
  return found.flat();
}

test('a good recording whose decoder does not start in time is opened again, and taken up', async () => {
  const { file, made, status, notice, end } = await installation(0);
  await writeTestClip({ path: made('clip.mp4'), seconds: 1, fps: 5 });
  await copyFile(made('clip.mp4'), file('counter.mp4'));
  const stopped = await vi.waitFor(async () => {
    const [pid] = await decoders();
    if (pid === undefined) throw new Error('no decoder yet');
    process.kill(pid, 'SIGSTOP');
    return pid;
  }, PATIENT);
  await vi.waitFor(() => expect(notice('counter.mp4')?.message).toContain('it is tried again'), PATIENT);
  expect(await decoders()).not.toContain(stopped);
  await vi.waitFor(() => expect(status('counter')?.state).toBe('ended'), PATIENT);
  await vi.waitFor(() => expect(notice('counter.mp4')).toBeUndefined(), PATIENT);
  await end();
}, 120_000);
