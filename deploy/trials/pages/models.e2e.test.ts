/** A person uploads a model, tries it on a camera, lets a store use it, compares a new version, and rolls back. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../../local/folder.ts';
import { openStack, type Stack } from '../installations/stack.ts';
import { launchBrowser, signIn } from './browser.ts';
import { type HttpCamera, startHttpCamera } from './http-camera.ts';

const NAME = 'own-kitchen';
const WEIGHTS = readFileSync(join(root, 'models/weights/kitchen-v1.onnx'));
/** The same network as another file: with a doc string behind, which is field 6 of an ONNX model. */
const SECOND = Buffer.concat([WEIGHTS, Buffer.from([0x32, 6]), Buffer.from('second')]);

let stack: Stack;
let browser: Browser;
let page: Page;
let source: HttpCamera;
let camera: { readonly cameraId: string; readonly storeId: string };

beforeAll(async () => {
  stack = openStack(dirname(process.env.TEST_READY_FILE ?? ''));
  source = await startHttpCamera(readFileSync(join(root, 'models/goldens/kitchen-v1.jpg')), 'admin:secret');
  const { setCamera } = await stack.graphql<{ setCamera: typeof camera }>(
    'mutation ($input: SetCameraInput!) { setCamera(input: $input) { ... on Camera { cameraId storeId } } }',
    {
      input: {
        ...{ name: 'Tried camera', address: source.url.replace('http://', 'http://admin:secret@'), plan: null },
        newStore: { name: 'Store of models', timeZone: 'UTC' },
      },
    },
  );
  camera = setCamera;
  browser = await launchBrowser();
  page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
  page.setDefaultTimeout(60_000);
  await signIn(page, stack);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await source?.close();
});

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
  await page.getByLabel('Camera', { exact: true }).selectOption({ label: 'Tried camera · Store of models' });
  await page.getByRole('button', { name: 'Try it' }).click();
  await page.getByTestId('tried-picture').first().waitFor();
  const pictures = await page.getByTestId('tried-picture').count();
  expect(await page.getByRole('img', { name: /pizza \d+/ }).count()).toBe(pictures);
}, 120_000);

test('a new version is compared as a shadow, serves, and is rolled back', async () => {
  expect(await setPlan([{ model: NAME }])).toEqual({ __typename: 'PlanSet' });
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
  await page.getByText(/the plan of the store “Store of models” names own-kitchen/).waitFor();
  await page.getByRole('button', { name: 'Keep it' }).click();
  expect(await setPlan(null)).toEqual({ __typename: 'PlanSet' });
  await page.getByRole('button', { name: 'Remove model' }).first().click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Remove model' }).click();
  await page.waitForURL('**/app/models');
  expect(await found()).toBeNull();
  await removeCamera(); // other files look at the wall
}, 120_000);

/** Sets the models of the camera's store. */
async function setPlan(plan: readonly object[] | null): Promise<object> {
  const answer = await stack.graphql<{ setPlan: object }>(
    'mutation ($input: SetPlanInput!) { setPlan(input: $input) { __typename ... on Invalid { message } } }',
    { input: { storeId: camera.storeId, plan } },
  );
  return answer.setPlan;
}

async function removeCamera(): Promise<void> {
  const { cameraId } = camera;
  const { camera: now } = await stack.graphql<{ camera: { readonly version: number } }>(
    'query ($id: ID!) { camera(id: $id) { version } }',
    { id: cameraId },
  );
  await stack.graphql('mutation ($input: RemoveCameraInput!) { removeCamera(input: $input) { __typename } }', {
    input: { cameraId, expectedVersion: now.version },
  });
}
