/** A person adds a camera by its address, sees its picture, changes what it looks for, gives it a rule, and pauses it. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../../local/folder.ts';
import { openStack, type Stack } from '../installations/stack.ts';
import { launchBrowser, signIn } from './browser.ts';
import { type HttpCamera, startHttpCamera } from './http-camera.ts';

const PASSWORD = 'p@ss:w/o#r%d?&1';

let stack: Stack;
let browser: Browser;
let page: Page;
let source: HttpCamera;

beforeAll(async () => {
  stack = openStack(dirname(process.env.TEST_READY_FILE ?? ''));
  source = await startHttpCamera(readFileSync(join(root, 'models/goldens/kitchen-v1.jpg')), `admin:${PASSWORD}`);
  browser = await launchBrowser();
  page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
  await signIn(page, stack);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await source?.close();
});

interface Found {
  readonly url: string;
  readonly hasLogin: boolean;
  readonly active: boolean;
  readonly plan: readonly { readonly model: string }[];
  readonly rules: readonly { readonly violationType: string }[];
  readonly status: { readonly state: string; readonly message: string | null } | null;
}

const found = async (): Promise<Found | undefined> => {
  const query =
    '{ cameras { name url hasLogin active plan { model } rules { violationType } status { state message } } }';
  const { cameras } = await stack.graphql<{ cameras: readonly (Found & { name: string })[] }>(query);
  return cameras.find(({ name }) => name === 'Typed camera');
};
const stage = () => page.getByTestId('camera-tile');
const live = async (): Promise<void> => {
  await expect.poll(() => stage().getAttribute('data-state'), { timeout: 30_000 }).toBe('live');
};

test('a pasted address with a login becomes a camera with its picture', async () => {
  await page.goto(`${stack.ready.url}/app`);
  await page.getByRole('link', { name: 'Add camera' }).first().click();
  await page.waitForURL('**/app/add-camera');
  await page.getByLabel('Address', { exact: true }).fill('camera.local/1');
  await page.getByLabel('Name', { exact: true }).fill('Typed camera');
  await page.getByLabel('Store', { exact: true }).selectOption({ label: 'New store …' });
  await page.getByLabel('Name of the new store').fill('Typed store');
  await page.getByRole('button', { name: 'Add camera' }).click();
  await page.getByText(/the address must begin with rtsp:/).waitFor();
  await page.getByLabel('Address', { exact: true }).fill(source.url.replace('http://', `http://admin:${PASSWORD}@`));
  await page.getByRole('button', { name: 'Add camera' }).click();
  await page.waitForURL('**/app/cameras/*');
  await page.getByRole('heading', { name: 'Typed camera' }).waitFor();
  await live();
  expect(await found()).toMatchObject({ url: source.url, hasLogin: true, plan: [{ model: 'coco-nanodet' }] });
}, 90_000);

test('what it looks for is changed in its settings, and a rule that fits is added', async () => {
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('checkbox', { name: /^People, vehicles and 78/ }).uncheck();
  await page.getByRole('checkbox', { name: /^Kitchen/ }).check();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect.poll(async () => (await found())?.plan, { timeout: 20_000 }).toEqual([{ model: 'kitchen' }]);
  await page.getByTestId('add-rule').getByLabel('Rule', { exact: true }).selectOption('Hand without scooper');
  await page.getByRole('button', { name: 'Add rule' }).click();
  await expect
    .poll(async () => (await found())?.rules, { timeout: 20_000 })
    .toEqual([{ violationType: 'hand_no_scooper' }]);
  await page.getByRole('heading', { name: 'Hand without scooper' }).waitFor();
}, 60_000);

test('a paused camera says so and goes on when resumed; one that is away says why', async () => {
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect.poll(() => stage().getAttribute('data-state'), { timeout: 20_000 }).toBe('stopped');
  await page.getByRole('button', { name: 'Resume' }).click();
  await live();
  await source.close();
  await expect.poll(async () => (await found())?.status?.state, { timeout: 30_000 }).toBe('DOWN');
  await expect.poll(async () => (await found())?.status?.message, { timeout: 30_000 }).toMatch(/ refuses port /);
  const { message } = (await found())?.status ?? {};
  expect(message).not.toContain('p%40ss');
}, 120_000);

test('the page of models tells what runs and where', async () => {
  await page.goto(`${stack.ready.url}/app/models`);
  const kitchen = page.locator('[data-testid="model"][data-name="kitchen"]');
  await kitchen.getByText('Runs').waitFor();
  await kitchen.getByText(/of a core a picture/).waitFor();
  await page.locator('[data-testid="model"][data-name="face"]').getByText('Not needed now').waitFor();
  const { models } = await stack.graphql<{ models: readonly object[] }>(
    '{ models { name inputWidthPx inputHeightPx } }',
  );
  expect(models).toContainEqual({ name: 'coco-nanodet', inputWidthPx: 416, inputHeightPx: 416 });
}, 60_000);
