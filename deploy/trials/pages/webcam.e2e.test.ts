/**
 * A person adds this device's webcam, sees its picture with boxes, and a violation in it; loses and gets back the
 * connection; leaves, and comes again.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../../local/folder.ts';
import { openStack, type Stack } from '../installations/stack.ts';
import { signIn } from './browser.ts';
import { axeFindings, smallTargets } from './page-measures.ts';
import { openSwallowingProxy, type SwallowingProxy } from './swallowing-proxy.ts';

const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];
const NAME = 'Laptop webcam';

let stack: Stack;
let folder: string;
let proxy: SwallowingProxy;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let cameraId: string;

const launch = (...more: readonly string[]): Promise<Browser> =>
  chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: [...ARGUMENTS, ...more] });

beforeAll(async () => {
  stack = openStack(dirname(process.env.TEST_READY_FILE ?? ''));
  folder = mkdtempSync(join(tmpdir(), 'webcam-'));
  const kitchen = join(folder, 'kitchen.mjpeg');
  const scene = ['--seed', '5', '--fps', '30', '--seconds', '12', '--actions', 'bare-hand', '--showroom'];
  execFileSync(process.execPath, [join(root, 'models/scenes/write-clip.ts'), '--out', kitchen, ...scene]);
  proxy = await openSwallowingProxy(new URL(stack.ready.url));
  browser = await launch(
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
    `--use-file-for-fake-video-capture=${kitchen}`,
  );
  context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  await context.addInitScript(keepStreams);
  page = await context.newPage();
  await signIn(page, stack, proxy.url);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  proxy?.close();
  rmSync(folder, { recursive: true, force: true });
});

type WithStreams = typeof globalThis & { streams: MediaStream[] };

/** Runs in the page: keeps the webcam's streams that it opens. */
function keepStreams(): void {
  const kept: MediaStream[] = [];
  (globalThis as WithStreams).streams = kept;
  const { mediaDevices } = navigator;
  if (mediaDevices === undefined) return; // the page is not secure
  const open = mediaDevices.getUserMedia.bind(mediaDevices);
  mediaDevices.getUserMedia = async wanted => {
    const stream = await open(wanted);
    kept.push(stream);
    return stream;
  };
}

/** Runs in the page: the light is on while any track is live. */
const webcamLight = (): string => ((globalThis as WithStreams).streams.some(stream => stream.active) ? 'on' : 'off');

interface Found {
  readonly name: string;
  readonly url: string;
  readonly status: { readonly state: string; readonly message: string | null } | null;
}

async function found(): Promise<Found> {
  const query = `{ camera(id: "${cameraId}") { name url status { state message } } }`;
  return (await stack.graphql<{ camera: Found }>(query)).camera;
}
const panel = (of = page) => of.getByTestId('webcam-panel');
const stage = (of = page) => of.getByTestId('camera-tile');
const panelIs = (state: string, of = page): Promise<void> =>
  expect.poll(() => panel(of).getAttribute('data-state'), { timeout: 30_000 }).toBe(state);
const isLive = (of = page): Promise<void> =>
  expect.poll(() => stage(of).getAttribute('data-state'), { timeout: 30_000 }).toBe('live');
const stateBecomes = (state: string): Promise<void> =>
  expect.poll(async () => (await found()).status?.state, { timeout: 12_000 }).toBe(state);
const milliseconds = async (testId: string): Promise<number> =>
  Number.parseInt((await page.getByTestId(testId).textContent()) ?? '', 10);

test('a click, and the webcam is a camera with its picture and boxes', async () => {
  await page.goto(`${proxy.url}/app/add-camera`);
  await page.getByRole('button', { name: /Use this device.s webcam/ }).click();
  await page.getByLabel('Picture of the webcam').waitFor();
  await page.getByLabel('Name', { exact: true }).fill(NAME);
  await page.getByLabel('Store', { exact: true }).selectOption({ label: 'New store …' });
  await page.getByLabel('Name of the new store').fill('Webcam store');
  await page.getByLabel('Pictures a second, at most').fill('10');
  await page.getByRole('checkbox', { name: /^People, vehicles and 78/ }).uncheck();
  await page.getByRole('checkbox', { name: /^Kitchen/ }).check();
  await page.getByRole('button', { name: 'Add camera' }).click();
  await page.waitForURL('**/app/cameras/*');
  cameraId = page.url().split('/').at(-1) ?? '';
  await panelIs('sending');
  await isLive();
  expect(await found()).toMatchObject({ name: NAME, url: 'webcam:' });
  await stateBecomes('CONNECTED');
}, 90_000);

test('a rule judges it, and the boxes come on its own socket too', async () => {
  await page.getByTestId('add-rule').getByLabel('Rule', { exact: true }).selectOption('Hand without scooper');
  const detections = new Promise<{ boxes: readonly unknown[]; judged: boolean }>(resolve => {
    page.on('websocket', socket => {
      if (!socket.url().includes('/ws/')) return;
      socket.on('framereceived', ({ payload }) => {
        const message = typeof payload === 'string' ? JSON.parse(payload) : {};
        if (message.type === 'detections' && message.judged && message.boxes.length > 0) resolve(message);
      });
    });
  });
  await page.getByRole('button', { name: 'Add rule' }).click();
  await page.getByRole('heading', { name: 'Hand without scooper' }).waitFor();
  await page.reload(); // the page sends by itself again
  await panelIs('sending');
  expect(await detections).toMatchObject({ judged: true });
  const query = `{ violations(filter: { cameraId: "${cameraId}" }) { edges { node { violationType } } } }`;
  const violations = async (): Promise<number> =>
    (await stack.graphql<{ violations: { edges: readonly object[] } }>(query)).violations.edges.length;
  await expect.poll(violations, { timeout: 60_000 }).toBeGreaterThan(0);
}, 120_000);

test('frames and times on the page: captured, judged and drawn', async () => {
  await isLive();
  await new Promise(resolve => setTimeout(resolve, 8_000));
  const figures = {
    fps: Number.parseFloat((await page.getByTestId('live-fps').textContent()) ?? ''),
    p50Ms: await milliseconds('live-latency'),
    p95Ms: await milliseconds('live-latency-p95'),
  };
  console.log(`webcam, capture to drawn overlay: ${JSON.stringify(figures)}`);
  expect(figures.fps).toBeGreaterThan(4);
  expect(figures.p50Ms).toBeLessThan(1_000);
}, 60_000);

test('a lost connection is said and made anew; another browser takes the camera over', async () => {
  proxy.swallow();
  await panelIs('lost');
  await panel()
    .getByText(/Trying again in \d s/)
    .waitFor();
  proxy.carry();
  await panelIs('sending');
  const other = await context.newPage();
  await other.goto(page.url());
  await panelIs('sending', other);
  await panel()
    .getByText(/another browser or script sends/)
    .waitFor();
  await panelIs('off');
  await panelIs('sending', other);
  await other.close();
}, 120_000);

test('who leaves the page stops the webcam, the camera says why it is down, and comes back with the page', async () => {
  await page.getByRole('button', { name: 'Start webcam' }).click();
  await panelIs('sending');
  const address = page.url();
  await page.getByRole('link', { name: 'Live wall', exact: true }).click();
  await page.waitForURL(/\/app\/?$/);
  expect(await page.evaluate(webcamLight)).toBe('off');
  await stateBecomes('DOWN');
  expect((await found()).status?.message).toMatch(/no browser or program sends this webcam's pictures/);
  await page.goto(address);
  await panelIs('sending');
  expect(await page.evaluate(webcamLight)).toBe('on');
  await stateBecomes('CONNECTED');
  await page.getByRole('button', { name: 'Stop webcam' }).click();
  await panelIs('off');
  await stateBecomes('DOWN');
}, 90_000);

test('on a phone, too, everything can be hit and read', async () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    const phone = await browser.newContext({ viewport: { width: 390, height: 844 }, colorScheme });
    const small = await phone.newPage();
    await signIn(small, stack);
    await small.goto(`${stack.ready.url}${new URL(page.url()).pathname}`);
    await panel(small).waitFor();
    expect(await axeFindings(small)).toEqual([]);
    expect(await smallTargets(small)).toEqual([]);
    await small.getByRole('button', { name: 'Start webcam' }).click();
    await panelIs('sending', small);
    expect(await axeFindings(small)).toEqual([]);
    await phone.close();
  }
}, 120_000);

test('without permission, without a webcam, and without HTTPS the page says so and what to do', async () => {
  const problemIn = async (other: Browser, url: string): Promise<string> => {
    const one = await (await other.newContext()).newPage();
    await signIn(one, stack, url);
    await one.goto(`${url}/app/add-camera`);
    await one.getByRole('button', { name: /Use this device.s webcam/ }).click();
    const alert = one.getByRole('alert').filter({ hasText: /\S/ }).first();
    return (await alert.textContent()) ?? '';
  };
  const plain = await launch('--host-resolver-rules=MAP sightline.example 127.0.0.1');
  try {
    expect(await problemIn(plain, stack.ready.url)).toMatch(/may not use the webcam|has no webcam/);
    const insecure = new URL(stack.ready.url);
    insecure.hostname = 'sightline.example';
    expect(await problemIn(plain, insecure.origin)).toMatch(/HTTPS or on localhost/);
  } finally {
    await plain.close();
  }
  const denied = await launch('--use-fake-device-for-media-stream', '--deny-permission-prompts');
  try {
    expect(await problemIn(denied, stack.ready.url)).toMatch(/may not use the webcam/);
  } finally {
    await denied.close();
  }
}, 90_000);
