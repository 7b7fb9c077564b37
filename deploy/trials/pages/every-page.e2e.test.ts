/** Every page, light and dark, wide and on a phone: axe finds nothing, nothing jumps, every target can be hit. */
import { dirname } from 'node:path';
import { type ControlLog, openControl } from '@sightline/processors/control';
import type { Cell } from '@sightline/processors/process';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { DataFolder } from '../../local/folder.ts';
import { openStack, type Stack } from '../installations/stack.ts';
import { type Recording, recordingCameras, renderRecordings } from '../truth/recordings.ts';
import { launchBrowser, signIn } from './browser.ts';
import { axeFindings, countLayoutShifts, layoutShift, settled, smallTargets } from './page-measures.ts';
import { type View, views } from './views.ts';

const STORE = 'every-page';
const recordings: readonly Recording[] = [{ cameraId: STORE, seed: 4_000_011, seconds: 38, bareHands: 2 }];
const MAX_SHIFT = 0.05;
/** Long enough for the live connections and the pictures of a page. */
const SETTLED_MS = 1_000;
/** Long enough for what opens on a page. */
const OPENED_MS = 400;
/** A busy machine is slow. */
const PATIENT = { timeout: 30_000 };
const WIDTHS = [1280, 390] as const;
const viewport = (width: number) => ({ width, height: width === 390 ? 844 : 900 });

type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
const overlap = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

let stack: Stack;
let cell: Cell;
let control: ControlLog;
let browser: Browser;
let violationIds: readonly string[];

beforeAll(async () => {
  stack = openStack(dirname(process.env.TEST_READY_FILE ?? ''));
  const scenes = new DataFolder(stack.ready.data).folder('scenes');
  await renderRecordings(recordings, scenes);
  cell = await stack.connect();
  control = await openControl(cell, error => console.error(error));
  const changes = await recordingCameras(recordings, scenes, Date.now(), STORE);
  await control.append({ actor: 'e2e', changes, effectiveAtMs: 0 });
  await vi.waitFor(async () => expect(await closedWithPictures()).toBeGreaterThanOrEqual(2), {
    timeout: 120_000,
    interval: 500,
  });
  browser = await launchBrowser();
}, 240_000);

afterAll(async () => {
  await browser?.close();
  await control?.close();
  await cell?.close();
});

/** Violations of our camera that are closed and whose pictures are all kept. Newest first. */
async function closedWithPictures(): Promise<number> {
  type Found = { violations: { edges: { node: { violationId: string; evidence: object[] } }[] } };
  const { violations } = await stack.graphql<Found>(
    `{ violations(filter: { storeId: "${STORE}", state: CLOSED }) { edges { node { violationId evidence { role } } } } }`,
  );
  violationIds = violations.edges.filter(({ node }) => node.evidence.length === 3).map(({ node }) => node.violationId);
  return violationIds.length;
}

/** Opens a view and looks at it in both lights. Each finding names the view. */
async function lookAt(page: Page, { name, path, act }: View): Promise<readonly string[]> {
  const found: string[] = [];
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto(`${stack.ready.url}/app${path}`);
  await page.locator('h1').first().waitFor({ state: 'attached' });
  await page.waitForTimeout(SETTLED_MS);
  const shift = await layoutShift(page);
  if (shift >= MAX_SHIFT) found.push(`${name}: shifts by ${shift.toFixed(3)}`);
  await act?.(page);
  if (act) await page.waitForTimeout(OPENED_MS);
  for (const target of await smallTargets(page)) found.push(`${name}: small target ${target}`);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await settled(page);
    for (const finding of await axeFindings(page)) found.push(`${name}, ${colorScheme}: ${finding}`);
  }
  return found;
}

test.each(WIDTHS)(
  'every page at %i px is sound for all who use it, light and dark',
  { timeout: 300_000 },
  async width => {
    const context = await browser.newContext({ viewport: viewport(width), reducedMotion: 'reduce' });
    const page = await context.newPage();
    await countLayoutShifts(page);
    const found = [...(await lookAt(page, { name: 'sign-in', path: '/sign-in' }))];
    await signIn(page, stack);
    for (const view of views(STORE, violationIds[1] ?? '')) found.push(...(await lookAt(page, view)));
    expect(found).toEqual([]);
    await context.close();
  },
);

const LIST = `/violations?storeId=${STORE}&state=closed&from=2026-01-01`;

async function signedIn(width: number, options: BrowserContextOptions = {}): Promise<Page> {
  const page = await browser.newPage({ viewport: viewport(width), ...options });
  await signIn(page, stack);
  return page;
}

test.each(WIDTHS)('labels of the timeline stand at their marks at %i px, and none covers another', async width => {
  const page = await signedIn(width);
  for (const id of violationIds) {
    await page.goto(`${stack.ready.url}/app/violations/${id}`);
    const boxes = async (testId: string) =>
      Promise.all((await page.getByTestId(testId).all()).map(async one => (await one.boundingBox()) as Box));
    await page.getByTestId('frame-label').first().waitFor();
    const [marks, labels] = [await boxes('frame-mark'), await boxes('frame-label')];
    expect(labels).toHaveLength(3);
    for (const [index, label] of labels.entries()) {
      const mark = marks[index] as Box;
      const centre = mark.x + mark.width / 2;
      expect([centre >= label.x - 1, centre <= label.x + label.width + 1]).toEqual([true, true]);
      expect([label.x >= 0, label.x + label.width <= width]).toEqual([true, true]);
      for (const other of labels.slice(index + 1)) expect(overlap(label, other)).toBe(false);
    }
  }
  await page.close();
});

test('first, peak and last frame open at full size with their own pictures', async () => {
  const page = await signedIn(1280);
  await page.goto(`${stack.ready.url}/app/violations/${violationIds[0]}`);
  const dialog = page.getByTestId('frame-dialog');
  const sources = new Set<string | null>();
  for (const name of ['First frame', 'Peak (the still)', 'Last frame']) {
    await page.getByTestId('frame-label').filter({ hasText: name }).click();
    await dialog.getByRole('heading', { name }).waitFor();
    const picture = dialog.locator('img');
    await expect.poll(() => picture.evaluate((img: HTMLImageElement) => img.naturalWidth), PATIENT).toBe(640);
    expect((await picture.boundingBox())?.width).toBeGreaterThan(900);
    expect(await dialog.textContent()).toMatch(/\d{2}:\d{2}:\d{2} UTC.*frame \d+/);
    sources.add(await picture.getAttribute('src'));
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  }
  expect(sources.has(null)).toBe(false);
  expect(sources.size).toBeGreaterThanOrEqual(2); // the peak may be the first or the last frame
  await page.close();
});

test('from a list, `j` and the links go through its violations in its order, and back to it', async () => {
  const page = await signedIn(1280);
  await page.goto(`${stack.ready.url}/app${LIST}`);
  const rows = page.getByTestId('violation-row');
  await expect.poll(() => rows.count(), PATIENT).toBeGreaterThanOrEqual(2);
  const listed = await rows.evaluateAll(all => all.map(row => row.getAttribute('data-violation-id')));
  await rows.first().click();
  const shown = () => page.getByTestId('violation-page').getAttribute('data-violation-id');
  await expect.poll(shown, PATIENT).toBe(listed[0]);
  await page.keyboard.press('j');
  await expect.poll(shown, PATIENT).toBe(listed[1]);
  await page.getByRole('link', { name: 'Newer violation' }).click();
  await expect.poll(shown, PATIENT).toBe(listed[0]);
  await page.getByRole('link', { name: 'Violations', exact: true }).last().click();
  await page.waitForURL(`**${LIST}`);
  await page.close();
});

test('on paper list and violation have full dates and zone, and nothing that only a screen can use', async () => {
  const page = await signedIn(1280, { colorScheme: 'dark' });
  for (const path of [LIST, `/violations/${violationIds[0]}`]) {
    await page.goto(`${stack.ready.url}/app${path}`);
    await page.locator('time:visible').first().waitFor();
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    // biome-ignore lint/performance/useDomNodeTextContent: only what is visible on paper counts
    const text = await page.locator('body').innerText();
    expect(text).toMatch(/\d{1,2} \w{3} 20\d\d, \d{2}:\d{2}:\d{2} UTC/);
    expect(text).not.toMatch(/ ago\b|\bnow\b/);
    expect(await page.getByTestId('live-state').isVisible()).toBe(false);
    expect(await page.locator('nav:visible').count()).toBe(0);
    const colours = await page.evaluate(() => {
      const { backgroundColor } = getComputedStyle(document.documentElement);
      return [backgroundColor, getComputedStyle(document.documentElement).colorScheme];
    });
    expect(colours).toEqual(['rgb(255, 255, 255)', 'light']);
    await page.emulateMedia({ media: 'screen' });
  }
  await page.close();
});

test('the back button asks before it takes an edit of a zone away', async () => {
  const page = await signedIn(1280);
  await page.goto(`${stack.ready.url}/app/violations`);
  await page.goto(`${stack.ready.url}/app/cameras/${STORE}`);
  const at = () => new URL(page.url()).pathname;
  const corner = page.getByRole('button', { name: /^Corner 1 of/ });
  await page.getByRole('button', { name: /^Edit zone/ }).click();
  await corner.press('ArrowRight');
  const moved = await corner.getAttribute('style');
  await page.goBack();
  await page.getByRole('button', { name: 'Keep editing' }).click();
  expect([at(), await corner.getAttribute('style')]).toEqual([`/app/cameras/${STORE}`, moved]);
  await page.goBack();
  await page.getByRole('button', { name: 'Leave' }).click();
  await page.waitForURL('**/app/violations');
  await page.close();
});
