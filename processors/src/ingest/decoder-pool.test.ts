import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { DecoderPool, type PlayListener } from './decoder-pool.ts';
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

function start(cameraId: string) {
  const heard = { pictures: 0, crashes: 0 };
  const listener: PlayListener = {
    onOpened: () => {},
    onFrame: (_, jpeg) => {
      if (jpeg !== undefined) heard.pictures++;
    },
    onFinished: () => {},
    onFailed: () => {},
    onCrashed: () => {
      heard.crashes++;
    },
  };
  const request = { source: 'loop', url: clip, maxFps: 5, speed: 1, afterFrame: -1, afterMediaTimeMs: 0 } as const;
  const stop = pool.play({ cameraId, ...request, motionGate: false }, listener);
  return { heard, stop };
}

const runs = (camera: ReturnType<typeof start>): Promise<void> =>
  vi.waitFor(() => expect(camera.heard.pictures).toBeGreaterThan(1), { timeout: 15_000, interval: 50 });

test('cameras share decoders up to the limit, and a decoder without cameras ends', async () => {
  const cameras = ['a', 'b', 'c'].map(start);
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
