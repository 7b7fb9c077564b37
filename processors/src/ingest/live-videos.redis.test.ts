import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readVideoHeader, type VideoHeader, videoChannel, videoWatchKey } from '@sightline/schemas';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createLogger } from '../process/index.ts';
import { CameraSession } from './camera-session.ts';
import { DecoderPool } from './decoder-pool.ts';
import { LiveVideos } from './live-videos.ts';
import { camera } from './testing/run-session.ts';
import { writeTestClip } from './testing/test-clip.ts';

const url = process.env.TEST_REDIS_URL ?? 'redis://127.0.0.1:6379';
const prefix = `test-${randomBytes(4).toString('hex')}-`;
const folder = mkdtempSync(join(tmpdir(), 'videos-'));
const nowMs = (): number => performance.timeOrigin + performance.now();
const cameraId = camera.cameraId;
let gateway: Redis;
let browser: Redis;
let videos: LiveVideos;
const heard: VideoHeader[] = [];

beforeAll(async () => {
  gateway = new Redis(url);
  browser = new Redis(url);
  videos = new LiveVideos(url, prefix, createLogger('ingest', 'silent'), nowMs);
  await browser.subscribe(videoChannel(prefix, cameraId));
  browser.on('messageBuffer', (_channel: Buffer, message: Buffer) => {
    const header = readVideoHeader(message);
    if (header !== undefined) heard.push(header);
  });
});
afterAll(() => {
  videos.close();
  gateway.disconnect();
  browser.disconnect();
  rmSync(folder, { recursive: true });
});

async function watch(leaseMs: number): Promise<void> {
  await gateway.zadd(videoWatchKey(prefix), nowMs() + leaseMs, cameraId);
  await gateway.publish(videoWatchKey(prefix), cameraId);
}

const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 20_000, interval: 50 });

test('a camera sends its video only while it is watched, each sampled picture with its record', async () => {
  const path = join(folder, 'clip.mp4');
  await writeTestClip({ path, seconds: 4, x264: 'bframes=2:keyint=15' });
  const pool = new DecoderPool(1, [folder]);
  const records: number[] = [];
  const source = { cameraId, source: 'loop', url: path, maxFps: 5, speed: 1 } as const;
  const session = new CameraSession(
    { ...camera, source: 'loop' },
    undefined,
    {
      congested: false,
      publish: ({ sequence }, onAcked) => {
        records.push(sequence);
        onAcked();
      },
      status: () => {},
      video: (header, bytes) => videos.publish(header, bytes),
      play: (_, listener) => pool.play({ ...source, afterFrame: -1, afterMediaTimeMs: 0, motionGate: false }, listener),
    },
    Date.now,
    () => performance.now(),
  );
  const ticking = setInterval(() => {
    session.tick();
    session.watchVideo(videos.watches(cameraId));
  }, 100);
  try {
    await until(() => expect(records.length).toBeGreaterThan(8));
    expect(heard).toEqual([]);
    await watch(3_000);
    await until(() => expect(heard.filter(({ kind }) => kind === 'mark').length).toBeGreaterThan(5));
    const pictures = heard.flatMap(header => (header.kind === 'video' ? header : []));
    expect(pictures[0]?.isKey).toBe(true);
    const places = new Set(pictures.map(({ generation, timeTicks }) => `${generation} ${timeTicks}`));
    for (const header of heard) {
      if (header.kind !== 'mark') continue;
      expect(records).toContain(header.sequence);
      expect(places).toContain(`${header.generation} ${header.timeTicks}`);
    }
    await until(() => expect(videos.watches(cameraId)).toBe(false)); // the lease is over
    await new Promise(resolve => setTimeout(resolve, 500));
    const before = heard.length;
    await new Promise(resolve => setTimeout(resolve, 1_000));
    expect(heard.length).toBe(before);
  } finally {
    clearInterval(ticking);
    session.release();
    pool.close();
  }
}, 60_000);

test('without Redis nothing is watched, and nothing fails', () => {
  const alone = new LiveVideos('redis://127.0.0.1:1', prefix, createLogger('ingest', 'silent'), nowMs);
  alone.publish({ kind: 'no-video', cameraId, reason: 'x' });
  expect(alone.watches(cameraId)).toBe(false);
  alone.close();
});
