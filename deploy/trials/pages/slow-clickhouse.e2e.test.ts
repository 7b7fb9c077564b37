/** A ClickHouse that answers too late: the pages show what they have, say so, and mend by themselves. */
import { dirname } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStack, type Stack } from '../installations/stack.ts';
import { launchBrowser, signIn } from './browser.ts';
import { type DelayingProxy, openDelayingProxy } from './delaying-proxy.ts';
import { openSecondGateway, type SecondGateway } from './second-gateway.ts';

const FAR_TOO_LATE_MS = 60_000;

let stack: Stack;
let proxy: DelayingProxy;
let gateway: SecondGateway;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  stack = openStack(dirname(process.env.TEST_READY_FILE ?? ''));
  proxy = await openDelayingProxy(new URL(stack.ready.addresses.clickHouse.url));
  gateway = await openSecondGateway(stack, proxy.url);
  proxy.delay(FAR_TOO_LATE_MS); // before the first question, whose answer would be kept for a minute
  browser = await launchBrowser();
  page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await signIn(page, stack, gateway.url);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await gateway?.close();
  proxy?.close();
});

const note = () => page.getByTestId('degraded').first();
const clickHouse = () => page.locator('[data-testid="health-component"][data-name="clickhouse"]');

test('while ClickHouse is slow every page says so, tries again by itself, and is whole once it answers', {
  timeout: 180_000,
}, async () => {
  await page.goto(`${gateway.url}/app/violations`);
  await note().waitFor({ timeout: 20_000 });
  expect(await note().textContent()).toMatch(
    /slow or not reached: older violations are missing\. Trying again by itself/,
  );
  await page.goto(`${gateway.url}/app`);
  await note().waitFor({ timeout: 20_000 });
  await page.goto(`${gateway.url}/app/health`);
  await expect.poll(() => clickHouse().getAttribute('data-status'), { timeout: 30_000 }).toBe('DEGRADED');
  expect(await clickHouse().textContent()).toMatch(/It answers too slowly, older violations are missing.*Meanwhile:/);
  await page.goto(`${gateway.url}/app/violations`);
  await note().waitFor({ timeout: 20_000 });
  proxy.delay(0);
  await note().waitFor({ state: 'detached', timeout: 40_000 });
  await page.goto(`${gateway.url}/app/health`);
  await expect.poll(() => clickHouse().getAttribute('data-status'), { timeout: 20_000 }).toBe('HEALTHY');
});
