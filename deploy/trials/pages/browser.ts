import { type Browser, chromium, type Page } from 'playwright-core';
import type { Stack } from '../installations/stack.ts';

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ARGUMENTS });

/** Signs in by the form, as the first login. `url`: where the pages are; default: at the gateway itself. */
export async function signIn(page: Page, { ready }: Stack, url = ready.url): Promise<void> {
  await page.goto(`${url}/app/sign-in`);
  await page.fill('input[name="login"]', ready.login.login);
  await page.fill('input[name="password"]', ready.login.password);
  await page.getByTestId('sign-in').locator('button[type="submit"]').click();
  await page.waitForURL(to => !to.pathname.includes('sign-in'));
}
