/**
 * Pages show the present state while violations come and go, the network fails, cameras go down, and the reader signs
 * out.
 */
import { dirname } from 'node:path';
import { type Change, type ControlLog, openControl } from '@sightline/processors/control';
import type { Cell } from '@sightline/processors/process';
import { type Camera, topics, type Violation } from '@sightline/schemas';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStack, type Stack } from '../installations/stack.ts';
import { openSwallowingProxy, type SwallowingProxy } from './swallowing-proxy.ts';

let stack: Stack;
let cell: Cell;
let control: ControlLog;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let proxy: SwallowingProxy;

const STORE = 'live-page';
const CAMERAS = ['live-page-1', 'live-page-2'];

/** A camera at an address where nothing answers. It is down, and all its violations come from this test. */
function camera(cameraId: string): Change {
  const value: Camera = {
    ...{ cameraId, storeId: STORE, name: `Camera ${cameraId}`, site: 'main', source: 'live', maxFps: 5, active: true },
    ...{
      url: 'rtsp://127.0.0.1:9/none',
      fileSha256: null,
      fileBytes: null,
      fileEpoch: null,
      fileStartedAtMs: null,
      loginId: null,
      onvifUrl: null,
      plan: null,
      demo: false,
    },
  };
  return { kind: 'camera', id: cameraId, value };
}

const store: Change = {
  kind: 'store',
  id: STORE,
  value: {
    ...{ storeId: STORE, name: 'Live page', city: '', region: '', timeZone: 'UTC', openingHours: [] },
    ...{ subscriptionActive: true, plan: null, demo: false },
  },
};

beforeAll(async () => {
  stack = openStack(dirname(process.env.TEST_READY_FILE ?? ''));
  cell = await stack.connect();
  control = await openControl(cell, error => console.error(error));
  await control.append({ actor: 'e2e', changes: [store, ...CAMERAS.map(camera)], effectiveAtMs: 0 });
  proxy = await openSwallowingProxy(new URL(stack.ready.url));
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  page = await context.newPage();
  await signIn();
}, 120_000);

afterAll(async () => {
  await browser?.close();
  proxy?.close();
  await control?.close();
  await cell?.close();
});

async function signIn(): Promise<void> {
  await page.goto(`${proxy.url}/app/sign-in`);
  await page.fill('input[name="login"]', stack.ready.login.login);
  await page.fill('input[name="password"]', stack.ready.login.password);
  await page.getByTestId('sign-in').locator('button[type="submit"]').click();
  await page.waitForURL(url => !url.pathname.includes('sign-in'));
}

const live = () => page.getByTestId('live-state');
const isLive = (timeout: number) => expect.poll(() => live().getAttribute('data-state'), { timeout }).toBe('live');
const tileOf = (cameraId: string) => page.locator(`[data-testid="camera-tile"][data-camera-id="${cameraId}"]`);

let named = 0;
function opened(cameraId: string): Violation {
  const startedAtMs = Date.now();
  const first = {
    ...{ epoch: 1, sequence: 1, capturedAtMs: startedAtMs, mediaTimeMs: null },
    frame: { topic: 'frames', partition: 0, offset: 0, sha256: '0'.repeat(64) },
    detection: { topic: 'detections', partition: 0, offset: 0 },
  };
  return {
    ...{ violationId: `live-page-${Date.now()}-${named++}`, cameraId, storeId: STORE, ruleId: `${cameraId}-rule` },
    ...{ violationType: 'hand_no_scooper', ruleVersion: 'v', zoneId: null, zoneVersion: null, trackId: 't' },
    ...{ riskLevel: 'high', startedAtMs, revision: 1, state: 'opened', lastSeenAtMs: startedAtMs, endedAtMs: null },
    ...{ closeReason: null, framesObserved: 3, peakConfidence: 0.5, firstFrame: first, peakFrame: first },
    ...{
      lastFrame: first,
      widthPx: 640,
      heightPx: 360,
      boxes: [],
      subjectBox: 0,
      models: [],
    },
    controlOffset: 1,
  };
}

// Time passes between the query's answer and the subscription's start. A violation that opens or closes in between must
// neither stay for ever nor be missed.
test('tiles and the number of open violations are right whatever opens and closes while a page loads', async () => {
  const producer = await cell.log.producer();
  const send = (violation: Violation) =>
    producer.send([cell.outgoing(topics.violations, violation.cameraId, violation)]);
  const closing = (one: Violation): Violation => ({
    ...one,
    ...{ revision: 2, state: 'closed', endedAtMs: Date.now(), closeReason: 'gap' },
  });
  const [first = '', second = ''] = CAMERAS;
  for (let load = 0; load < 12; load++) {
    const standing = opened(first);
    await send(standing);
    const loading = page.goto(`${proxy.url}/app`);
    const stays = opened(second);
    await new Promise(resolve => setTimeout(resolve, load * 25));
    await send(closing(standing));
    await send(stays);
    await loading;
    await expect.poll(() => tileOf(second).getAttribute('data-open'), { timeout: 10_000 }).toBe('1');
    await expect.poll(() => tileOf(first).getAttribute('data-open'), { timeout: 10_000 }).toBe('0');
    await send(closing(stays));
    await expect.poll(() => tileOf(second).getAttribute('data-open'), { timeout: 10_000 }).toBe('0');
  }
  await producer.close();
});

test('a camera that is down is never shown as live', async () => {
  await page.goto(`${proxy.url}/app`);
  const tile = tileOf(CAMERAS[0] ?? '');
  await expect.poll(() => tile.getAttribute('data-state'), { timeout: 30_000 }).toBe('down');
  const states = new Set<string | null>();
  for (let look = 0; look < 30; look++) {
    states.add(await tile.getAttribute('data-state'));
    await new Promise(resolve => setTimeout(resolve, 200));
  }
  expect([...states]).toEqual(['down']);
});

test('every tile shows within 10 s that the network swallows bytes, and the page recovers by itself', async () => {
  await page.goto(`${proxy.url}/app`);
  await isLive(20_000);
  proxy.swallow();
  await expect.poll(() => live().getAttribute('data-state'), { timeout: 10_000 }).toBe('offline');
  expect(await page.locator('[data-testid="camera-tile"][data-state="live"]').count()).toBe(0);
  await new Promise(resolve => setTimeout(resolve, 3_000));
  proxy.carry();
  await isLive(25_000);
  proxy.closeDead();
});

test('the browser saying that it is offline shows at once', async () => {
  await page.goto(`${proxy.url}/app/violations`);
  await isLive(20_000);
  await context.setOffline(true);
  await expect.poll(() => live().getAttribute('data-state'), { timeout: 2_000 }).toBe('offline');
  await context.setOffline(false);
  await isLive(5_000);
});

test('signing out elsewhere brings every open page to sign-in', async () => {
  await page.goto(`${proxy.url}/app`);
  await isLive(20_000);
  const other = await context.newPage();
  await other.goto(`${proxy.url}/app/health`);
  const signedOut = await other.evaluate(async () => (await fetch('/auth/logout', { method: 'POST' })).status);
  expect(signedOut).toBe(204);
  await page.waitForURL(url => url.pathname.includes('sign-in'), { timeout: 7_000 });
});
