import type { Change } from '@sightline/processors/control';
import type { Role } from '@sightline/schemas';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createSocketClient } from 'graphql-ws';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { PASSWORD, type RunningGateway, runGateway } from '../testing/running-gateway.ts';

let gateway: RunningGateway;
let other: Awaited<ReturnType<RunningGateway['second']>>;
beforeAll(async () => {
  gateway = await runGateway();
  other = await gateway.second();
});
afterAll(async () => {
  await other.close();
  await gateway.close();
});

const ENDS_WITHIN_MS = 5_000;
const query = 'subscription { violationEvents { __typename } }';

const userOf = (
  userId: string,
  change: { role?: Role; storeIds?: string[] | null; active?: boolean } = {},
): Change => ({
  kind: 'user',
  id: userId,
  value: { userId, role: 'viewer', storeIds: null, active: true, ...change },
});

/** Creates a user who signs in at the first gateway. Returns the token. */
async function signIn(login: string): Promise<string> {
  await gateway.control.append({ actor: 'test', changes: [userOf(login)] });
  await gateway.setPassword(login, PASSWORD);
  const credentials = { login, password: PASSWORD };
  const answer = await signedInAnswer(() => post('/auth/login', {}, credentials));
  return ((await answer.json()) as { token: string }).token;
}

/** Repeats the request until it is signed in, since user and password reach the gateways a moment later. */
async function signedInAnswer(ask: () => Promise<Response>): Promise<Response> {
  let answer = await ask();
  while (!answer.ok) answer = await ask();
  return answer;
}

const post = (path: string, headers: Readonly<Record<string, string>>, body: object = {}): Promise<Response> =>
  fetch(`${gateway.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

interface Streams {
  /** The end of each stream: a close code, or 'complete'. */
  readonly ended: Promise<readonly (number | 'complete')[]>;
}

/** Opens an event stream, a graphql-ws socket and a picture socket at the second gateway, and waits until all are live. */
async function openStreams(authorization: string): Promise<Streams> {
  const headers = { authorization };
  const sockets = other.url.replace('http', 'ws');
  class SignedInSocket extends WebSocket {
    constructor(url: string, protocol: string) {
      super(url, protocol, { headers });
    }
  }
  const events = createSseClient({ url: `${other.url}/graphql`, headers, retryAttempts: 0 }).iterate({ query });
  await events.next();
  const overSocket = createSocketClient({
    url: `${sockets}/graphql`,
    webSocketImpl: SignedInSocket,
    retryAttempts: 0,
  }).iterate({ query });
  await overSocket.next();
  const pictures = new WebSocket(`${sockets}/live`, { headers });
  await new Promise(resolve => pictures.once('open', resolve));
  const closeCode = new Promise<number>(resolve => pictures.once('close', resolve));
  return { ended: Promise.all([untilEnd(events), untilEnd(overSocket), closeCode]) };
}

async function untilEnd(items: AsyncIterable<unknown>): Promise<number | 'complete'> {
  try {
    for await (const _ of items);
    return 'complete';
  } catch (error) {
    return (error as { code: number }).code;
  }
}

async function endsAfter(login: string, change: (token: string) => Promise<unknown>, code: number): Promise<void> {
  const token = await signIn(login);
  const { ended } = await openStreams(`Bearer ${token}`);
  await change(token);
  const changedAtMs = Date.now();
  expect(await ended).toEqual(['complete', code, code]);
  expect(Date.now() - changedAtMs).toBeLessThan(ENDS_WITHIN_MS);
}

const append = (...changes: Change[]): Promise<unknown> => gateway.control.append({ actor: 'test', changes });

test('signing out at one gateway ends the streams and pictures at another', async () => {
  await endsAfter('leaver', token => post('/auth/logout', { authorization: `Bearer ${token}` }), 4401);
});

test('a changed role ends them', async () => {
  await endsAfter('promoted', () => append(userOf('promoted', { role: 'admin' })), 4403);
});

test('a revoked grant ends them', async () => {
  await endsAfter('narrowed', () => append(userOf('narrowed', { storeIds: ['store-1'] })), 4403);
});

test('the streams of a deactivated user end', async () => {
  await endsAfter('shut-out', () => append(userOf('shut-out', { active: false })), 4401);
});

test('the streams of a removed user end', async () => {
  await endsAfter('removed', () => append({ kind: 'user', id: 'removed', value: null }), 4401);
});

test('a new password ends them, and the old session and the old password with them', async () => {
  let token = '';
  await endsAfter(
    'forgetful',
    async given => {
      token = given;
      await gateway.setPassword('forgetful', 'another password of mine');
    },
    4401,
  );
  const ask = (authorization: string): Promise<Response> =>
    fetch(`${other.url}/auth/me`, { headers: { authorization } });
  expect((await ask(`Bearer ${token}`)).status).toBe(401);
  const basic = `Basic ${Buffer.from(`forgetful:${PASSWORD}`).toString('base64')}`;
  expect((await ask(basic)).status).toBe(401);
});

test('streams of a client that sends its password with each request end with a new password too', async () => {
  await signIn('script');
  const { ended } = await openStreams(`Basic ${Buffer.from(`script:${PASSWORD}`).toString('base64')}`);
  const changedAtMs = Date.now();
  await gateway.setPassword('script', 'another password of mine');
  expect(await ended).toEqual(['complete', 4401, 4401]);
  expect(Date.now() - changedAtMs).toBeLessThan(ENDS_WITHIN_MS);
});

test('a user who stays signed in keeps the streams', async () => {
  const { ended } = await openStreams(`Bearer ${await signIn('stayer')}`);
  await append(userOf('someone-else'));
  const waited = new Promise(resolve => setTimeout(resolve, ENDS_WITHIN_MS, 'still open'));
  expect(await Promise.race([ended, waited])).toBe('still open');
});
