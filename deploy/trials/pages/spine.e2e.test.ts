/**
 * From recording to page on the real stack: rendered recordings are played. The violations must be those of the scenes,
 * and equal in the log, in ClickHouse, in GraphQL, in REST and on the page.
 */
import { copyFileSync, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type ControlLog, openControl } from '@sightline/processors/control';
import type { Cell } from '@sightline/processors/process';
import { topics, type Violation } from '@sightline/schemas';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DataFolder } from '../../local/folder.ts';
import { clickHouseClient } from '../../local/migrate.ts';
import { openStack, type Stack } from '../installations/stack.ts';
import { readTopic } from '../tools/read-topic.ts';
import { type Recording, recordingCameras, renderRecordings, trueViolations } from '../truth/recordings.ts';
import { type Interval, scoreViolations } from '../truth/violation-score.ts';

const CHROMIUM = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const EDGE_MS = 400;
const recordings: readonly Recording[] = [
  { cameraId: 'e2e-one', seed: 4_000_001, seconds: 40, bareHands: 3 },
  { cameraId: 'e2e-two', seed: 4_000_002, seconds: 40, bareHands: 2 },
];

let stack: Stack;
let cell: Cell;
let control: ControlLog;
let browser: Browser;
let page: Page;
let truths: readonly Interval[];
let closed: readonly Violation[];

beforeAll(async () => {
  stack = openStack(dirname(process.env.TEST_READY_FILE ?? ''));
  const scenes = new DataFolder(stack.ready.data).folder('scenes');
  await renderRecordings(recordings, scenes);
  cell = await stack.connect();
  control = await openControl(cell, error => console.error(error));
  const startMs = Date.now();
  await control.append({
    actor: 'e2e',
    changes: await recordingCameras(recordings, scenes, startMs),
    effectiveAtMs: 0,
  });
  truths = trueViolations(recordings, scenes, startMs);
  closed = await closedAtEnd();
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: CHROMIUM });
  page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
}, 240_000);

afterAll(async () => {
  await browser?.close();
  await control?.close();
  await cell?.close();
});

/** Waits until every recording was judged to its end. Returns the closed violations in the log. */
async function closedAtEnd(): Promise<readonly Violation[]> {
  const tracks = await readTopic(cell, topics.tracks);
  const ended = (): number =>
    tracks.values.filter(({ outcome, cameraId }) => outcome === 'ended' && cameraId.startsWith('e2e-')).length;
  await tracks.until(
    () => ended() === recordings.length,
    150_000,
    () => `${ended()} of ${recordings.length} recordings were judged to their end`,
  );
  const violations = await readTopic(cell, topics.violations);
  const ours = (): readonly Violation[] => violations.values.filter(({ cameraId }) => cameraId.startsWith('e2e-'));
  await violations
    .until(
      () => ours().filter(({ state }) => state === 'closed').length >= truths.length,
      20_000,
      () => `${ours().length} records`,
    )
    .catch(() => {});
  await tracks.close();
  await violations.close();
  return ours().filter(({ state }) => state === 'closed');
}

const ids = (list: readonly { readonly violationId: string }[]): readonly string[] =>
  list.map(({ violationId }) => violationId).sort();

test('as many violations come out as the scenes hold, each within 400 ms of its start and end', () => {
  expect(truths.length).toBeGreaterThanOrEqual(4);
  const found = closed.map(({ cameraId, startedAtMs, endedAtMs }) => ({
    cameraId,
    startMs: startedAtMs,
    endMs: endedAtMs ?? 0,
  }));
  const score = scoreViolations(truths, found);
  expect(score).toMatchObject({ found: truths.length, missed: [], invented: [] });
  expect(Math.max(...score.startErrorsMs)).toBeLessThanOrEqual(EDGE_MS);
  expect(Math.max(...score.endErrorsMs)).toBeLessThanOrEqual(EDGE_MS);
});

test('an analyst finds the same violations in ClickHouse, once each, with their stills', async () => {
  const client = clickHouseClient(stack.ready.addresses.clickHouse);
  const rows = async (query: string) =>
    (await (await client.query({ query, format: 'JSONEachRow' })).json()) as { violationId: string }[];
  await expect
    .poll(
      () =>
        rows(
          `SELECT violation_id AS violationId FROM v_violations WHERE store_id = 'recordings' AND state = 'closed'`,
        ).then(ids),
      { timeout: 20_000 },
    )
    .toEqual(ids(closed));
  await expect
    .poll(
      () =>
        rows(
          `SELECT violation_id AS violationId FROM v_evidence WHERE store_id = 'recordings' AND role = 'still'`,
        ).then(ids),
      { timeout: 20_000 },
    )
    .toEqual(ids(closed));
  const twice = await rows(
    `SELECT toString(count() - uniqExact(_topic, _partition, _offset)) AS violationId FROM violations`,
  );
  expect(twice).toEqual([{ violationId: '0' }]);
  const early = await rows(
    `SELECT violation_id AS violationId FROM v_violations WHERE store_id = 'recordings' AND created_at < started_at`,
  );
  expect(early).toEqual([]);
  await client.close();
});

test('GraphQL lists them with lineage and a still that is a picture', async () => {
  const query = `{ violations(filter: { storeId: "recordings" }, first: 100) { totalCount edges { node {
    violationId state endedAt still { url sha256 } lineage { models { sha256 } first { sequence } peak { frame { sha256 } } } } } } }`;
  const { violations } = await stack.graphql<{
    violations: {
      totalCount: number;
      edges: {
        node: {
          violationId: string;
          still: { url: string; sha256: string };
          lineage: { peak: { frame: { sha256: string } } };
        };
      }[];
    };
  }>(query);
  expect(violations.totalCount).toBe(closed.length);
  expect(ids(violations.edges.map(({ node }) => node))).toEqual(ids(closed));
  for (const { node } of violations.edges) {
    const still = await fetch(new URL(node.still.url, stack.ready.url), {
      headers: { authorization: stack.authorization },
    });
    expect(still.headers.get('content-type')).toBe('image/jpeg');
    expect(node.still.sha256).toMatch(/^[0-9a-f]{64}$/);
  }
});

test('REST returns the same, and 404 for an unknown video', async () => {
  const get = (path: string) => fetch(`${stack.ready.url}${path}`, { headers: { authorization: stack.authorization } });
  const one = closed.filter(({ cameraId }) => cameraId === 'e2e-one');
  const listed = JSON.stringify(await (await get('/api/violations/e2e-one')).json());
  for (const { violationId } of one) expect(listed).toContain(violationId);
  expect((await get('/api/statistics')).status).toBe(200);
  const unknown = await get('/api/violations/nobody');
  expect(unknown.status).toBe(404);
  expect(unknown.headers.get('content-type')).toContain('application/problem+json');
});

test('without a login nothing is readable', async () => {
  for (const path of ['/api/violations-list', '/api/statistics'])
    expect((await fetch(`${stack.ready.url}${path}`)).status).toBe(401);
});

/** The first recording as a separate camera, played again and again. */
async function playAsIfLive(): Promise<void> {
  const template = control.fold.entity('camera', 'e2e-one')?.value;
  if (template === undefined) throw new Error('the recording is no camera');
  const value = {
    ...template,
    cameraId: 'live-wall',
    name: 'Live wall',
    storeId: 'recordings',
    source: 'loop',
    fileSha256: null,
    fileBytes: null,
    fileEpoch: null,
    fileStartedAtMs: null,
    loginId: null,
    onvifUrl: null,
    plan: null,
  } as const;
  await control.append({ actor: 'e2e', changes: [{ kind: 'camera', id: 'live-wall', value }], effectiveAtMs: 0 });
}

test('a person signs in, sees the live wall move, and finds the violations with their proof', async () => {
  await page.goto(`${stack.ready.url}/app/violations`);
  await page.getByTestId('sign-in').waitFor();
  await page.fill('input[name="login"]', stack.ready.login.login);
  await page.fill('input[name="password"]', stack.ready.login.password);
  await page.getByTestId('sign-in').locator('button[type="submit"]').click();
  await page.waitForURL(url => !url.pathname.includes('sign-in'));

  await page.goto(`${stack.ready.url}/app/violations?storeId=recordings`);
  await expect.poll(() => page.getByTestId('violation-row').count(), { timeout: 20_000 }).toBe(closed.length);
  await page.getByTestId('violation-row').first().click();
  await page.getByTestId('violation-page').waitFor();
  const still = page.getByTestId('violation-page').locator('img, canvas').first();
  await still.waitFor();

  await playAsIfLive();
  await page.goto(`${stack.ready.url}/app`);
  await page.getByTestId('camera-tile').first().waitFor();
  await expect
    .poll(
      async () =>
        Number(await page.locator('[data-camera-id="live-wall"]').getByTestId('live-fps').first().textContent()),
      { timeout: 20_000 },
    )
    .toBeGreaterThan(0);
});

test('a video file put into the folder is a camera at once, with the rule on the whole picture', async () => {
  const { data } = stack.ready;
  copyFileSync(join(data, 'scenes', 'e2e-one.mp4'), join(data, 'videos', 'Front counter.mp4'));
  const query = '{ cameras(storeId: "videos") { name source zones { zoneId } rules { violationType zoneId } } }';
  const expected = [
    { name: 'Front counter', source: 'FILE', zones: [], rules: [{ violationType: 'hand_no_scooper', zoneId: null }] },
  ];
  await expect
    .poll(async () => (await stack.graphql<{ cameras: unknown }>(query)).cameras, { timeout: 20_000 })
    .toEqual(expected);
});

test('a file that is not a video is reported with what to do, and stays in place', async () => {
  const { data } = stack.ready;
  copyFileSync(import.meta.filename, join(data, 'videos', 'notes.mp4'));
  const messages = async () =>
    (await stack.graphql<{ fileNotices: { message: string }[] }>('{ fileNotices { message } }')).fileNotices.map(
      ({ message }) => message,
    );
  await expect
    .poll(messages, { timeout: 20_000 })
    .toEqual([expect.stringMatching(/^notes\.mp4 cannot be read: .*copy it again/)]);
  expect(existsSync(join(data, 'videos', 'notes.mp4'))).toBe(true);
  await page.goto(`${stack.ready.url}/app`);
  await page.getByText('notes.mp4 cannot be read').waitFor();
});

test('an unknown camera or violation answers 404, and the page names a filter value that does not exist', async () => {
  for (const path of ['cameras/nobody', 'violations/nobody']) {
    const response = await page.goto(`${stack.ready.url}/app/${path}`);
    expect(response?.status()).toBe(404);
    await page.getByRole('heading', { name: /no such camera|No violation has this id/ }).waitFor();
  }
  for (const path of ['cameras/%FF', 'cameras/%E0%A4%A', 'violations/%', '%'])
    expect([path, (await page.goto(`${stack.ready.url}/app/${path}`))?.status()]).toEqual([path, 404]);
  const known = await page.goto(`${stack.ready.url}/app/violations/${closed[0]?.violationId}`);
  expect(known?.status()).toBe(200);
  await page.goto(`${stack.ready.url}/app/violations?storeId=nowhere`);
  await page.getByText("There is no store 'nowhere'.").waitFor();
});
