import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SourceKind } from '@sightline/schemas';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { DecoderPool, type PlayListener } from './decoder-pool.ts';
import { endlessJpeg } from './testing/endless-jpeg.ts';
import { startHttpCamera } from './testing/http-camera.ts';
import { writeTestClip } from './testing/test-clip.ts';

const folder = mkdtempSync(join(tmpdir(), 'pool-'));
const clip = join(folder, 'clip.mp4');
const pool = new DecoderPool(2, [folder]);

beforeAll(async () => {
  await writeTestClip({ path: clip, seconds: 4 });
});
afterAll(() => pool.close());

/** This process's decoder processes, oldest first. */
function decoderPids(): readonly number[] {
  const children = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)], { encoding: 'utf8' });
  return children
    .split('\n')
    .filter(line => line.includes('ingest/decoder/main.ts'))
    .map(line => Number.parseInt(line, 10));
}

function start(cameraId: string, source: SourceKind = 'loop', url = clip) {
  const heard = { pictures: 0, crashes: 0, slowMs: 0, heldUp: 0 };
  const listener: PlayListener = {
    onOpened: () => {},
    onFrame: (_, jpeg) => {
      if (jpeg !== undefined) heard.pictures++;
    },
    onGap: () => {},
    onStream: () => {},
    onTrouble: () => {},
    onTooSlow: stepMs => {
      heard.slowMs = stepMs;
      playing.stop();
    },
    onHeldUp: () => {
      heard.heldUp++;
    },
    onFinished: () => {},
    onFailed: () => {},
    onCrashed: () => {
      heard.crashes++;
    },
  };
  const request = { source, url, maxFps: 5, speed: 1, afterFrame: -1, afterMediaTimeMs: 0 };
  const playing = pool.play({ cameraId, ...request, motionGate: false }, listener);
  return { heard, playing, stop: () => playing.stop() };
}

const runs = (camera: ReturnType<typeof start>): Promise<void> =>
  vi.waitFor(() => expect(camera.heard.pictures).toBeGreaterThan(1), { timeout: 15_000, interval: 50 });

test('cameras share decoders up to the limit, and a decoder without cameras ends', async () => {
  const cameras = ['a', 'b', 'c'].map(cameraId => start(cameraId));
  for (const camera of cameras) await runs(camera);
  expect(decoderPids()).toHaveLength(2);
  for (const { stop } of cameras) stop();
  await vi.waitFor(() => expect(decoderPids()).toEqual([]), { timeout: 5_000 });
});

test('a decoder crash affects only its own cameras; a camera with two crashes gets its own decoder', async () => {
  const [a, b, c] = [start('a'), start('b'), start('c')];
  for (const camera of [a, b, c]) await runs(camera);
  const [first] = decoderPids();
  process.kill(first ?? 0, 'SIGSEGV');
  await vi.waitFor(() => expect([a.heard.crashes, b.heard.crashes, c.heard.crashes]).toEqual([1, 1, 0]), {
    timeout: 5_000,
  });
  const seen = c.heard.pictures;
  await vi.waitFor(() => expect(c.heard.pictures).toBeGreaterThan(seen), { timeout: 5_000 });
  c.stop();
  const again = [start('a'), start('b')];
  for (const camera of again) await runs(camera);
  for (const pid of decoderPids()) process.kill(pid, 'SIGSEGV');
  await vi.waitFor(() => expect(again.map(({ heard }) => heard.crashes)).toEqual([1, 1]), { timeout: 5_000 });
  const alone = [start('a'), start('b')];
  for (const camera of alone) await runs(camera);
  expect(decoderPids()).toHaveLength(2);
  for (const { stop } of alone) stop();
}, 40_000);

test('recordings and cameras never share a decoder', async () => {
  const both = [start('camera'), start('recording', 'file')];
  for (const one of both) await runs(one);
  expect(decoderPids()).toHaveLength(2);
  for (const { stop } of both) stop();
});

test('a source whose pictures are slow to decode gets a decoder of its own, and the others go on', async () => {
  const slow = join(folder, 'slow.mkv');
  await writeTestClip({ path: slow, seconds: 1, fps: 1, sizeWh: [5_000, 5_000], noise: true });
  const camera = start('innocent');
  await runs(camera);
  const first = start('slow', 'loop', slow);
  await vi.waitFor(() => expect(first.heard.slowMs).toBeGreaterThan(400), { timeout: 15_000 });
  expect([camera.heard.crashes, camera.heard.slowMs, decoderPids().length]).toEqual([0, 0, 1]);
  const again = start('slow', 'loop', slow);
  await vi.waitFor(() => expect(again.heard.pictures).toBeGreaterThan(0), { timeout: 15_000 });
  expect([again.heard.slowMs, decoderPids().length]).toEqual([0, 2]);
  const seen = camera.heard.pictures;
  await vi.waitFor(() => expect(camera.heard.pictures).toBeGreaterThan(seen), { timeout: 5_000 });
  for (const { stop } of [camera, again]) stop();
}, 60_000);

test('a source with a picture that does not end is set apart within seconds, and the others start again unblamed', async () => {
  const hostile = await startHttpCamera([endlessJpeg()]);
  const camera = start('neighbour');
  await runs(camera);
  const stuck = start('stuck', 'live', `${hostile.url}/mjpeg`);
  await vi.waitFor(() => expect(stuck.heard.slowMs).toBe(2_000), { timeout: 15_000 });
  expect([camera.heard.heldUp, camera.heard.crashes, stuck.heard.crashes]).toEqual([1, 0, 0]);
  const [again, alone] = [start('neighbour'), start('stuck', 'live', `${hostile.url}/mjpeg`)];
  await runs(again);
  expect(decoderPids()).toHaveLength(2);
  await vi.waitFor(() => expect(alone.playing.answers).toBe(false), { timeout: 10_000 });
  const seen = again.heard.pictures;
  await vi.waitFor(() => expect(again.heard.pictures).toBeGreaterThan(seen), { timeout: 5_000 });
  expect([again.heard.heldUp, again.playing.answers]).toEqual([0, true]);
  for (const { stop } of [again, alone]) stop();
  await hostile.close();
}, 60_000);

test('a source that never opens is set apart, and the others start again unblamed', async () => {
  const pipe = join(folder, 'pipe.mp4');
  execFileSync('mkfifo', [pipe]); // nothing writes to it, so that opening it waits
  const camera = start('by the pipe');
  await runs(camera);
  const stuck = start('pipe', 'loop', pipe);
  await vi.waitFor(() => expect(stuck.heard.slowMs).toBeGreaterThan(0), { timeout: 30_000 });
  expect([camera.heard.heldUp, camera.heard.crashes, stuck.heard.crashes]).toEqual([1, 0, 0]);
  expect(decoderPids()).toEqual([]);
}, 60_000);

test('a decoder that stops for no known reason is ended within seconds', async () => {
  const camera = start('stopped');
  await runs(camera);
  process.kill(decoderPids()[0] ?? 0, 'SIGSTOP');
  await vi.waitFor(() => expect(camera.playing.answers).toBe(false), { timeout: 5_000 });
  await vi.waitFor(() => expect(camera.heard.crashes).toBe(1), { timeout: 15_000 });
}, 40_000);
