import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { Attempts } from './auth/attempts.ts';
import { basic, PASSWORD, type RunningGateway, runGateway, until } from './testing/running-gateway.ts';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await runGateway({ trustedProxies: 'loopback' });
});
afterAll(() => gateway.close());

let lastAddress = 0;
/** An address that nobody had before: the test's own connection is a trusted proxy's. */
const newAddress = (): string => `203.0.113.${++lastAddress}`;

interface From {
  readonly address: string;
  readonly cookie?: string;
}

const signIn = (login: string, password: string, { address, cookie = '' }: From): Promise<Response> =>
  fetch(`${gateway.url}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': address, cookie },
    body: JSON.stringify({ login, password }),
  });

async function me(authorization: string, address: string): Promise<number> {
  const headers = { authorization, 'x-forwarded-for': address };
  return (await fetch(`${gateway.url}/auth/me`, { headers })).status;
}

/** Statuses of tries one after another. */
async function statuses(count: number, attempt: (i: number) => Promise<number>): Promise<Record<number, number>> {
  const counts: Record<number, number> = {};
  for (let i = 0; i < count; i++) {
    const status = await attempt(i);
    counts[status] = (counts[status] ?? 0) + 1;
  }
  return counts;
}

test('ten wrong passwords lock the login for that address only, and the answer names the time', async () => {
  const address = newAddress();
  const tries = await statuses(12, async () => (await signIn('admin', 'wrong', { address })).status);
  expect(tries).toEqual({ 401: 10, 429: 2 });
  const refused = await signIn('admin', PASSWORD, { address });
  expect([refused.status, refused.headers.get('content-type')]).toEqual([429, 'application/problem+json']);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await signIn('admin', PASSWORD, { address: newAddress() })).status).toBe(200);
  expect((await signIn('viewer', PASSWORD, { address })).status).toBe(200);
});

test('a browser that signed in before may sign in from a guessing address, but not to another login', async () => {
  const address = newAddress();
  const cookies = (await signIn('admin', PASSWORD, { address })).headers.getSetCookie();
  const device = cookies.find(text => text.startsWith('sightline_device='));
  expect(device).toMatch(/; Path=\/auth; HttpOnly; SameSite=Lax; Max-Age=31536000$/);
  const cookie = device?.split(';')[0] ?? '';
  await statuses(11, async () => (await signIn('admin', 'wrong', { address })).status);
  await statuses(11, async () => (await signIn('berlin', 'wrong', { address })).status);
  expect((await signIn('admin', PASSWORD, { address })).status).toBe(429);
  const again = await signIn('admin', PASSWORD, { address, cookie });
  expect([again.status, again.headers.getSetCookie().length]).toEqual([200, 1]);
  expect((await signIn('berlin', PASSWORD, { address, cookie })).status).toBe(429);
});

test('many logins tried from one address are refused, known or not, by the form and by HTTP Basic', async () => {
  const address = newAddress();
  const redis = new Redis(process.env.TEST_REDIS_URL ?? '');
  const attempts = new Attempts(redis, gateway.cell.prefix); // as another gateway counts
  for (let i = 0; i < 49; i++) await attempts.begin({ address, login: `nobody-${i}`, device: undefined });
  redis.disconnect();
  const tries = await statuses(4, async i => (await signIn(`nobody-${i}`, 'wrong', { address })).status);
  expect(tries).toEqual({ 401: 1, 429: 3 });
  expect(await me(basic('viewer'), address)).toBe(429);
  expect(await me(basic('viewer'), newAddress())).toBe(200);
});

test('passwords guessed by HTTP Basic count like those of the form, for requests, pages and sockets', async () => {
  const address = newAddress();
  const guess = (i: number): string => basic('viewer', `wrong ${i}`);
  expect(await statuses(5, i => me(guess(i), address))).toEqual({ 401: 5 });
  expect(await statuses(5, async i => (await signIn('viewer', `wrong ${i}`, { address })).status)).toEqual({ 401: 5 });
  expect(await me(guess(99), address)).toBe(429);
  const headers = { authorization: guess(98), 'x-forwarded-for': address };
  expect((await fetch(`${gateway.url}/app/cameras`, { headers, redirect: 'manual' })).status).toBe(429);
  const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/live`, { headers });
  socket.on('error', () => {});
  const status = await new Promise(resolve => {
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode));
  });
  expect(status).toBe(429);
  socket.terminate();
});

test('tokens guessed from an address are refused after a hundred, and valid sessions of that address go on', async () => {
  const address = newAddress();
  const { token } = (await (await signIn('viewer', PASSWORD, { address })).json()) as { token: string };
  const guess = (i: number): string => `Bearer ${String(i).padStart(43, 'x')}`;
  expect(await statuses(110, i => me(guess(i), address))).toEqual({ 401: 100, 429: 10 });
  expect(await me(`Bearer ${token}`, address)).toBe(200);
  expect(await me(guess(1), newAddress())).toBe(401);
});

test('while sign-ins wait for a thread, a still is served, and sign-ins beyond the queue are refused', async () => {
  const sha256 = await gateway.blobs.put(Buffer.from('ffd8ffe000104a464946', 'hex'));
  const { token } = (await (await signIn('admin', PASSWORD, { address: newAddress() })).json()) as { token: string };
  const { passwordChecks } = gateway.parts;
  let checked = 0;
  const loops = Array.from({ length: 30 }, async () => {
    const { status } = await signIn('viewer', PASSWORD, { address: newAddress() });
    checked++;
    return status;
  });
  await until(() => passwordChecks.running >= 25);
  const still = await fetch(`${gateway.url}/api/evidence/${sha256}`, { headers: { authorization: `Bearer ${token}` } });
  expect([still.status, (await still.arrayBuffer()).byteLength]).toEqual([200, 10]);
  expect(checked).toBeLessThan(25);
  expect(passwordChecks.running).toBeGreaterThan(0);
  expect(await Promise.all(loops)).toEqual(Array.from({ length: 30 }, () => 200));

  const crowd = await Promise.all(
    Array.from({ length: 45 }, () => signIn('viewer', PASSWORD, { address: newAddress() })),
  );
  const sentAway = crowd.filter(({ status }) => status !== 200);
  expect(sentAway.length).toBeGreaterThan(0);
  for (const { status, headers } of sentAway) expect([status, headers.get('retry-after')]).toEqual([503, '2']);
  const address = newAddress();
  const greedy = await Promise.all(Array.from({ length: 30 }, () => signIn('viewer', PASSWORD, { address })));
  expect(greedy.some(({ status }) => status === 429)).toBe(true);
  expect((await signIn('viewer', PASSWORD, { address })).status).toBe(200); // none of it counted as wrong
});
