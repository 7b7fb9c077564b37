import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Detection } from '@sightline/schemas';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createLogger } from '../process/index.ts';
import { LivePictures } from './live-pictures.ts';

const url = process.env.TEST_REDIS_URL ?? 'redis://127.0.0.1:6379';
const prefix = `test-${randomBytes(4).toString('hex')}-`;
const nowMs = (): number => performance.timeOrigin + performance.now();
const detection: Detection = {
  cameraId: 'c1',
  epoch: 7,
  sequence: 3,
  source: 'live',
  capturedAtMs: 1_000,
  mediaTimeMs: null,
  widthPx: 640,
  heightPx: 360,
  outcome: 'detected',
  skipReason: null,
  frame: null,
  results: [
    {
      model: 'm',
      version: '1',
      sha256: 'ab',
      of: [],
      everyMs: 0,
      payload: {
        kind: 'boxes',
        classes: ['hand'],
        boxes: [{ className: 'hand', confidence: 0.5, x1Px: 1, y1Px: 2, x2Px: 3, y2Px: 4 }],
      },
    },
  ],
};
let gateway: Redis;
let browser: Redis;
let live: LivePictures;
const heard: Buffer[] = [];

beforeAll(async () => {
  gateway = new Redis(url);
  browser = new Redis(url);
  live = new LivePictures(url, prefix, createLogger('inference', 'silent'), nowMs);
  await browser.subscribe(`${prefix}live:c1`);
  browser.on('messageBuffer', (_channel: Buffer, message: Buffer) => heard.push(message));
});
afterAll(() => {
  live.close();
  gateway.disconnect();
  browser.disconnect();
});

async function watch(leaseMs: number): Promise<void> {
  await gateway.zadd(`${prefix}live:watch`, nowMs() + leaseMs, 'c1');
  await gateway.publish(`${prefix}live:watch`, 'c1');
}

test('a camera without a watcher publishes nothing', async () => {
  live.publish(detection, Buffer.from('jpeg'));
  await sleep(200);
  expect(heard).toEqual([]);
});

test('a watched camera publishes picture and boxes in one message', async () => {
  await watch(60_000);
  await vi.waitFor(() => expect(live.watches('c1')).toBe(true));
  live.publish(detection, Buffer.from('jpeg'));
  live.publish({ ...detection, outcome: 'unchanged', results: [] }, null);
  await vi.waitFor(() => expect(heard).toHaveLength(2));
  const [message = Buffer.alloc(4), empty = Buffer.alloc(4)] = heard;
  const end = 4 + message.readUInt32BE(0);
  expect(JSON.parse(message.toString('utf8', 4, end))).toMatchObject({
    cameraId: 'c1',
    epoch: 7,
    sequence: 3,
    capturedAtMs: 1_000,
    outcome: 'detected',
    model: 'm',
    boxes: [{ className: 'hand', x2Px: 3 }],
  });
  expect(message.subarray(end).toString()).toBe('jpeg');
  expect(empty.length).toBe(4 + empty.readUInt32BE(0));
});

test('publishing stops when the lease ends', async () => {
  await watch(300);
  await vi.waitFor(() => expect(live.watches('c1')).toBe(false), 3_000);
});

test('without Redis nothing is published, the health reason says so, and nothing throws', async () => {
  const alone = new LivePictures('redis://127.0.0.1:1', prefix, createLogger('inference', 'silent'), nowMs);
  await vi.waitFor(() => expect(alone.trouble).toContain('Redis is away'));
  alone.publish(detection, null);
  expect(alone.watches('c1')).toBe(false);
  alone.close();
});
