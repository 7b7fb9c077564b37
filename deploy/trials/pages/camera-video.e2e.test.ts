/** The page of a camera plays its video at full rate, and every box is on the very picture that the models saw. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type ControlLog, openControl } from '@sightline/processors/control';
import type { Cell } from '@sightline/processors/process';
import { videoWatchKey } from '@sightline/schemas';
import { Redis } from 'ioredis';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePorts } from '../../local/ports.ts';
import { encodeClip, RtspServer } from '../cameras/rtsp-server.ts';
import { CELLS, numberOf, readPicture, STRIP_SHARE } from '../cameras/strip.ts';
import { type TrialAddress, trialCamera, trialStore } from '../cameras/trial-cameras.ts';
import { openStack, type Stack } from '../installations/stack.ts';
import { launchBrowser, signIn } from './browser.ts';

const FPS = 25;
const SIZE = [640, 360] as const;
const WAIT_MS = 60_000;

/** What was on the screen with one picture of the video. */
interface Shown {
  /** Brightness of the cells of both strips. */
  readonly strips: readonly (readonly number[])[];
  /** The record whose boxes are drawn; '': none. */
  readonly record: string;
  readonly held: boolean;
}

const folder = mkdtempSync(join(tmpdir(), 'camera-video-'));
const clip = join(folder, 'moving');
let stack: Stack;
let cell: Cell;
let control: ControlLog;
let redis: Redis;
let server: RtspServer;
let browser: Browser;
let page: Page;
let camera: TrialAddress;
/** Pictures that came in single, by record: `epoch sequence`. */
const jpegs = new Map<string, Buffer>();

beforeAll(async () => {
  stack = openStack(dirname(process.env.TEST_READY_FILE ?? ''));
  cell = await stack.connect();
  control = await openControl(cell, error => console.error(error));
  redis = new Redis(stack.ready.addresses.redisUrl);
  await encodeClip({ path: clip, sizeWh: SIZE, fps: FPS, pictures: 40 * FPS });
  const [port = 0] = await freePorts(1);
  server = await RtspServer.start({ port, fps: FPS, clips: [clip], cameras: 1 });
  camera = { cameraId: 'camera-video', url: `rtsp://127.0.0.1:${port}/0` };
  await control.append({ actor: 'e2e', changes: [trialStore, trialCamera(camera, 5)], effectiveAtMs: 0 });
  browser = await launchBrowser();
  page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.on('websocket', socket =>
    socket.on('framereceived', ({ payload }) => {
      if (typeof payload === 'string') return;
      const end = 4 + payload.readUInt32BE(0);
      const header = JSON.parse(payload.toString('utf8', 4, end));
      if (header.kind === undefined && payload.length > end)
        jpegs.set(`${header.epoch} ${header.sequence}`, payload.subarray(end));
    }),
  );
  await signIn(page, stack);
}, 180_000);

afterAll(async () => {
  await control?.append({ actor: 'e2e', changes: [trialCamera(camera, 5, false)], effectiveAtMs: 0 });
  await browser?.close();
  await server?.kill();
  redis?.disconnect();
  await control?.close();
  await cell?.close();
  rmSync(folder, { recursive: true, force: true });
});

const transport = (): Promise<string | null> => page.getByTestId('live-transport').textContent();
const plays = (word: string) => expect.poll(transport, { timeout: WAIT_MS }).toContain(word);
const open = (): Promise<unknown> => page.goto(`${stack.ready.url}/app/cameras/${camera.cameraId}`);
const watched = (): Promise<readonly string[]> => redis.zrangebyscore(videoWatchKey(cell.prefix), Date.now(), '+inf');

/** What is on the screen with each picture of the video in the next `ms`. */
const lookAtVideo = (ms: number): Promise<readonly Shown[]> =>
  page.evaluate(
    async ({ forMs, cells, share }) => {
      const video = document.querySelector('video');
      const canvas = document.querySelector<HTMLCanvasElement>('[data-testid="video-picture"]');
      if (video === null || canvas === null) throw new Error('the page has no video');
      const context = canvas.getContext('2d');
      const shown: Shown[] = [];
      const strip = (row: number): readonly number[] => {
        const { data = [] } = context?.getImageData(0, row, canvas.width, 1) ?? {};
        return Array.from({ length: cells }, (_, cell) => {
          return data[Math.floor(((cell + 0.5) * canvas.width) / cells) * 4 + 1] ?? 0;
        });
      };
      const look = (): void => {
        video.requestVideoFrameCallback(look);
        const middle = Math.floor(canvas.height / share / 2);
        const { record = '', held } = canvas.dataset;
        shown.push({ strips: [strip(middle), strip(canvas.height - 1 - middle)], record, held: held === 'true' });
      };
      video.requestVideoFrameCallback(look);
      await new Promise(resolve => setTimeout(resolve, forMs));
      return shown;
    },
    { forMs: ms, cells: CELLS, share: STRIP_SHARE },
  );

test('a camera that is looked at alone plays at its full rate, and each box is on the very picture that was seen', async () => {
  await open();
  await plays('Video');
  await page.waitForTimeout(6_000);
  const shown = await lookAtVideo(8_000);
  const numbers = shown.flatMap(({ strips }) => strips.map(numberOf).find(number => number !== undefined) ?? []);
  expect(numbers.length).toBeGreaterThan(0.9 * shown.length);
  expect(new Set(numbers).size).toBeGreaterThan(8 * 5 * 2); // far more than the pictures that models look at
  const exact = shown.filter(({ record, held }) => record !== '' && !held);
  let compared = 0;
  for (const { strips, record } of exact) {
    const jpeg = jpegs.get(record);
    const number = strips.map(numberOf).find(each => each !== undefined);
    if (jpeg === undefined || number === undefined) continue; // its record was said to be unchanged
    expect((await readPicture(jpeg)).number).toBe(number);
    compared++;
  }
  expect(compared).toBeGreaterThan(10);
  for (const { held, record, strips } of shown) {
    if (!held) continue;
    const number = strips.map(numberOf).find(each => each !== undefined);
    const jpeg = jpegs.get(record);
    if (number === undefined || jpeg === undefined) continue;
    const age = number - ((await readPicture(jpeg)).number ?? 0);
    expect(age).toBeGreaterThan(0);
    expect(age).toBeLessThan(FPS); // held for one interval, never on
  }
}, 120_000);

test('the video is made only while somebody watches it', async () => {
  expect(await watched()).toContain(camera.cameraId);
  await page.goto(`${stack.ready.url}/app`);
  await expect.poll(watched, { timeout: 20_000 }).not.toContain(camera.cameraId);
}, 60_000);

test('a camera that goes away and comes back plays on', async () => {
  await open();
  await plays('Video');
  await server.kill();
  await plays('Pictures');
  expect(await page.getByTestId('no-video').count()).toBe(0); // it may come again
  await server.start();
  await plays('Video');
}, 180_000);

test('a browser that cannot play it shows pictures and says so', async () => {
  await page.goto('about:blank');
  const other = await browser.newContext({ viewport: { width: 390, height: 844 } });
  const phone = await other.newPage();
  await phone.addInitScript(() => Reflect.deleteProperty(window, 'MediaSource'));
  await signIn(phone, stack);
  await phone.goto(`${stack.ready.url}/app/cameras/${camera.cameraId}`);
  await expect
    .poll(() => phone.getByTestId('no-video').textContent(), { timeout: WAIT_MS })
    .toContain('this browser plays no live video');
  await expect
    .poll(async () => Number(await phone.getByTestId('live-fps').textContent()), { timeout: WAIT_MS })
    .toBeGreaterThan(1);
  await expect.poll(watched, { timeout: 20_000 }).toEqual([]); // it is not sent to a browser that cannot play it
  await other.close();
}, 120_000);
