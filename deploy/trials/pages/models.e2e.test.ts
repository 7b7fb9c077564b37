/** A person uploads a model, tries it on a camera, lets a store use it, compares a new version, and rolls back. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../../local/folder.ts';
import { openStack, type Stack } from '../installations/stack.ts';
import { launchBrowser, signIn } from './browser.ts';

const NAME = 'own-kitchen';
const WEIGHTS = readFileSync(join(root, 'models/weights/kitchen-v1.onnx'));
/** The same network as another file: with a doc string behind, which is field 6 of an ONNX model. */
const SECOND = Buffer.concat([WEIGHTS, Buffer.from([0x32, 6]), Buffer.from('second')]);

let stack: Stack;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  stack = openStack(dirname(process.env.TEST_READY_FILE ?? ''));
  browser = await launchBrowser();
  page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
  page.setDefaultTimeout(60_000);
  await signIn(page, stack);
}, 120_000);

afterAll(() => browser?.close());

interface Found {
  readonly version: string;
  readonly processes: readonly { readonly version: string; readonly state: string; readonly pictures: number }[];
}
const found = async (): Promise<Found | null> =>
  (
    await stack.graphql<{ model: Found | null }>(
      `{ model(name: "${NAME}") { version processes { version state pictures } } }`,
    )
  ).model;
/** Pictures that a version looked at, over all processes. */
const looked = async (version: string): Promise<number> =>
  (await found())?.processes.filter(one => one.version === version).reduce((sum, { pictures }) => sum + pictures, 0) ??
  0;

async function upload(file: Buffer, classes: string): Promise<void> {
  await page
    .getByLabel('ONNX file')
    .setInputFiles({ name: 'kitchen.onnx', mimeType: 'application/octet-stream', buffer: file });
  await page.getByLabel('Classes').fill(classes);
  await page.getByRole('button', { name: 'Upload and check' }).click();
}

test('a file that is no model is refused at its field; the model is uploaded, checked, and has a page', async () => {
  await page.goto(`${stack.ready.url}/app/models`);
  await page.getByRole('link', { name: 'Upload a model' }).click();
  await page.waitForURL('**/app/upload-model');
  await page.getByLabel('Name', { exact: true }).fill(NAME);
  await page.getByLabel('What it finds').fill('Own kitchen');
  await upload(Buffer.from('<!doctype html><p>Sign in'), 'hand, pizza, scooper');
  await page.getByText(/the file is a web page/).waitFor();
  await upload(WEIGHTS, 'hand, pizza, scooper');
  await page.waitForURL(`**/app/models/${NAME}`);
  await page.getByRole('heading', { name: 'Own kitchen' }).first().waitFor();
  expect(await found()).toMatchObject({ version: '1' });
}, 120_000);

test("it is tried on a camera's last pictures, and finds what lies there", async () => {
  await page.getByLabel('Camera', { exact: true }).selectOption({ label: 'Counter · Berlin Mitte' });
  await page.getByRole('button', { name: 'Try it' }).click();
  await page.getByTestId('tried-picture').first().waitFor();
  expect(await page.getByTestId('tried-picture').count()).toBe(4);
  expect(await page.getByRole('img', { name: /pizza \d+/ }).count()).toBe(4);
}, 120_000);

test('a new version is compared as a shadow, serves, and is rolled back', async () => {
  const { setPlan } = await stack.graphql<{ setPlan: object }>(
    `mutation { setPlan(input: { storeId: "demo-lisbon", plan: [{ model: "${NAME}" }] }) { __typename } }`,
  );
  expect(setPlan).toEqual({ __typename: 'PlanSet' });
  await changePlan(null);
  await expect.poll(() => looked('1'), { timeout: 60_000 }).toBeGreaterThan(0);
  await page.getByRole('link', { name: 'New version' }).click();
  await page.waitForURL(`**/app/upload-model?name=${NAME}`);
  await upload(SECOND, 'hand, pizza, scooper');
  await page.waitForURL(`**/app/models/${NAME}`);
  const second = page.locator('[data-testid=model-version][data-version="2"]');
  await second.getByRole('button', { name: 'Compare as shadow' }).click();
  await page.getByRole('heading', { name: 'Shadow: version 2' }).waitFor();
  await expect.poll(() => looked('2'), { timeout: 60_000 }).toBeGreaterThan(0);
  await expect
    .poll(
      async () => {
        await page.getByRole('button', { name: 'Refresh' }).click();
        return page.getByText(/both found \d+ %/).count();
      },
      { timeout: 60_000, interval: 2_000 },
    )
    .toBe(1);
  await second.getByRole('button', { name: 'Let it serve' }).click();
  await second.getByText('Serves', { exact: true }).waitFor();
  const before = await looked('2');
  await expect.poll(() => looked('2'), { timeout: 30_000 }).toBeGreaterThan(before);
  await page.locator('[data-version="1"]').getByRole('button', { name: 'Roll back to this' }).click();
  await page.locator('[data-version="1"]').getByText('Serves', { exact: true }).waitFor();
  expect(await found()).toMatchObject({ version: '1' });
}, 240_000);

test('a model in use is not removed; when nothing names it, it is', async () => {
  await page.getByRole('button', { name: 'Remove model' }).first().click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Remove model' }).click();
  await page.getByText(/the plan of the store “Lisboa Chiado” names own-kitchen/).waitFor();
  await page.getByRole('button', { name: 'Keep it' }).click();
  await changePlan([{ model: 'kitchen' }]);
  await stack.graphql('mutation { setPlan(input: { storeId: "demo-lisbon", plan: null }) { __typename } }');
  await page.getByRole('button', { name: 'Remove model' }).first().click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Remove model' }).click();
  await page.waitForURL('**/app/models');
  expect(await found()).toBeNull();
}, 120_000);

/** Gives the camera in Lisbon a plan of its own, or that of its store. */
async function changePlan(plan: readonly object[] | null): Promise<void> {
  const cameraId = 'demo-lisbon-make-line';
  const { camera } = await stack.graphql<{ camera: { version: number } }>(`{ camera(id: "${cameraId}") { version } }`);
  const { setCamera } = await stack.graphql<{ setCamera: object }>(
    'mutation ($input: SetCameraInput!) { setCamera(input: $input) { __typename ... on Invalid { message } } }',
    { input: { cameraId, plan, expectedVersion: camera.version } },
  );
  expect(setCamera).toEqual({ __typename: 'Camera' });
}
