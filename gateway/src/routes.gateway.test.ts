import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { basic, PASSWORD, type RunningGateway, runGateway, until } from './testing/running-gateway.ts';
import { violation } from './testing/violations.ts';

const pages = createServer((request, response) => response.end(`page ${request.url}`));
let gateway: RunningGateway;
beforeAll(async () => {
  await new Promise<void>(resolve => pages.listen(0, '127.0.0.1', resolve));
  gateway = await runGateway({ dashboardUrl: `http://127.0.0.1:${(pages.address() as AddressInfo).port}` });
  await gateway.publish([
    violation({ violationId: 'v1' }),
    violation({ violationId: 'v2', cameraId: 'cam-2', storeId: 'store-2' }),
  ]);
  await until(() => gateway.parts.feed.get('v2') !== undefined && gateway.parts.feed.get('v1') !== undefined);
});
afterAll(async () => {
  await gateway.close();
  pages.close();
});

const send = (path: string, init: RequestInit): Promise<Response> =>
  fetch(`${gateway.url}${path}`, { redirect: 'manual', ...init });
const json = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

async function signIn(login = 'admin'): Promise<{ token: string; cookie: string; setCookie: string }> {
  const response = await send('/auth/login', json({ login, password: PASSWORD }));
  expect(response.status).toBe(200);
  const { token } = (await response.json()) as { token: string };
  const [setCookie = ''] = response.headers.getSetCookie();
  return { token, setCookie, cookie: setCookie.split(';')[0] ?? '' };
}

test('every route except the few open ones needs a sign-in', async () => {
  const { paths } = (await (await gateway.get('/openapi.json')).json()) as {
    paths: Record<string, Record<string, unknown>>;
  };
  const documented = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map(method => [method.toUpperCase(), path.replaceAll(/\{\w+\}/g, 'x')] as const),
  );
  expect(documented.length).toBeGreaterThan(9);
  const closed = [
    ...documented,
    ['GET', '/openapi.json'],
    ['GET', '/docs'],
    ['GET', '/graphql'],
    ['POST', '/graphql'],
    ['GET', '/no/such/path'],
  ] as const;
  for (const [method, path] of closed.filter(([, path]) => path !== '/auth/login')) {
    const response = await send(path, { method });
    expect([method, path, response.status]).toEqual([method, path, 401]);
    expect(await response.json()).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
  }
  for (const path of [
    '/health',
    '/health/live',
    '/health/ready',
    '/app/sign-in',
    '/app/_next/static/a.js',
    '/app/icon.svg',
  ])
    expect([path, (await gateway.get(path, null)).status]).toEqual([path, 200]);
  const page = await gateway.get('/app/violations?state=OPEN', null);
  expect([page.status, page.headers.get('location')]).toEqual([303, '/app/sign-in?next=%2Fviolations%3Fstate%3DOPEN']);
  for (const path of ['/app/_next/%2e%2e/violations', '/app/_next/..%2fviolations'])
    expect([path, (await gateway.get(path, null)).status]).toEqual([path, 303]);
  for (const path of ['/live', '/graphql']) expect([path, await upgradeStatus(path, {})]).toEqual([path, 401]);
});

function upgradeStatus(path: string, headers: Record<string, string>): Promise<number> {
  return new Promise(resolve => {
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}${path}`, 'graphql-transport-ws', { headers });
    socket.on('unexpected-response', (_request, response) => {
      resolve(response.statusCode ?? 0);
      socket.terminate();
    });
    socket.on('open', () => {
      resolve(101);
      socket.terminate();
    });
    socket.on('error', () => {});
  });
}

test('signing in gives a cookie that scripts of pages cannot read, and signing out ends it at once', async () => {
  const { cookie, token, setCookie } = await signIn();
  expect(setCookie).toMatch(/^sightline_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=43200$/);
  for (const headers of [{ cookie }, { authorization: `Bearer ${token}` }, { authorization: basic('admin') }])
    expect(await (await send('/auth/me', { headers })).json()).toEqual({
      userId: 'admin',
      login: 'admin',
      role: 'admin',
      storeIds: null,
    });
  expect((await send('/app/violations', { headers: { cookie } })).status).toBe(200);
  expect((await send('/auth/logout', { method: 'POST', headers: { cookie, origin: gateway.url } })).status).toBe(204);
  expect((await send('/auth/me', { headers: { cookie } })).status).toBe(401);
});

test('a wrong password, an unknown login and a request without a password are refused', async () => {
  for (const login of ['viewer', 'nobody'])
    expect((await send('/auth/login', json({ login, password: 'wrong' }))).status).toBe(401);
  const malformed = await send('/auth/login', json({ login: 'admin' }));
  expect([malformed.status, malformed.headers.get('content-type')]).toEqual([400, 'application/problem+json']);
  expect(await malformed.json()).toMatchObject({ code: 'BAD_INPUT', field: 'password' });
});

test('requests caused by another site are refused, those of our own pages are not', async () => {
  const { cookie } = await signIn();
  const query = { query: '{ me { login } }' };
  const status = async (headers: Record<string, string>, init = json(query)): Promise<number> =>
    (await send('/graphql', { ...init, headers: { ...init.headers, cookie, ...headers } })).status;
  const form = {
    method: 'POST',
    body: 'query=%7Bme%7Blogin%7D%7D',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  };
  expect(await status({ origin: 'https://evil.example' })).toBe(403);
  expect(await status({ 'sec-fetch-site': 'cross-site' })).toBe(403);
  expect(await status({}, form)).toBe(403);
  expect(await status({ origin: gateway.url })).toBe(200);
  expect(await status({ 'sec-fetch-site': 'same-origin' })).toBe(200);
  expect(await status({})).toBe(200); // a server, e.g. the dashboard's
  expect(await upgradeStatus('/live', { cookie, origin: 'https://evil.example' })).toBe(403);
  expect(await upgradeStatus('/live', { cookie, origin: gateway.url })).toBe(101);
});

test('the REST paths answer in their documented shape', async () => {
  const body = async (path: string): Promise<unknown> => {
    const response = await gateway.get(path);
    expect([path, response.status]).toEqual([path, 200]);
    return response.json();
  };
  const first = {
    id: 'v1',
    video: 'Camera cam-1',
    violationType: 'hand_no_scooper',
    frameId: '1790000000000:11',
    detectedObjects: ['hand', 'pizza'],
    confidences: [0.75, 0.5],
    state: 'open',
    startedAt: '2026-09-21T14:13:20.000Z',
    createdAt: expect.stringMatching(new RegExp(`^${new Date().getUTCFullYear()}-`)),
  };
  expect(await body('/api/violations/cam-1')).toMatchObject({ violations: [first], next: null, degraded: false });
  expect(await body('/api/violations/Camera%20cam-1')).toMatchObject({ violations: [first] });
  expect(await body('/api/violations-list?riskLevel=high&limit=1')).toMatchObject({
    violations: [{}],
    next: expect.any(String),
  });
  expect(await body('/api/violation-details/v1')).toMatchObject({
    ...first,
    lineage: { peak: { sequence: 11 }, controlOffset: 3 },
  });
  expect(await body('/api/video-summary/cam-1')).toMatchObject({
    video: 'Camera cam-1',
    violations: 1,
    openViolations: 1,
    state: null,
  });
  expect(await body('/api/statistics?grain=day')).toMatchObject({
    total: 2,
    open: 2,
    byStore: [{ key: 'store-1' }, { key: 'store-2' }],
  });
  expect(await body('/api/health')).toMatchObject({
    service: 'gateway',
    version: expect.any(String),
    timestamp: expect.any(String),
    details: {
      kafka: { status: 'healthy', sentence: expect.stringMatching(/^It works: it answered in \d+ ms\.$/) },
      redis: {},
      clickhouse: {},
    },
  });
  expect(await (await gateway.get('/docs')).text()).toContain('/api/violation-details/{id}');
  await gateway.database.insert('tracks', [
    {
      camera_id: 'cam-1',
      store_id: 'store-1',
      epoch: 1,
      sequence: 7,
      box: 0,
      captured_at: '2026-11-21 07:00:00.000',
      outcome: 'detected',
      class_name: 'hand',
      confidence: 0.5,
      x1_px: 1,
      y1_px: 2,
      x2_px: 3,
      y2_px: 4,
      width_px: 640,
      height_px: 360,
      track_id: 't',
      model: 'm',
      model_sha256: 's',
      _topic: 'tracks',
      _partition: 0,
      _offset: 1,
    },
  ]);
  expect(await body('/api/latest-detection/cam-1')).toMatchObject({
    sequence: 7,
    capturedAt: '2026-11-21T07:00:00.000Z',
    boundingBoxes: [{ className: 'hand', trackId: 't' }],
  });
});

test('errors are problem+json that names the field, and unknown ids are 404', async () => {
  const problem = async (path: string, login = 'admin'): Promise<object> => {
    const response = await gateway.get(path, login);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    const { status, field } = (await response.json()) as { status: number; field?: string };
    expect(status).toBe(response.status);
    return { status, field };
  };
  expect(await problem('/api/violations-list?riskLevel=severe')).toEqual({ status: 400, field: 'riskLevel' });
  expect(await problem('/api/violations-list?limit=0')).toEqual({ status: 400, field: 'limit' });
  expect(await problem('/api/violations-list?after=rubbish')).toEqual({ status: 400, field: 'after' });
  expect(await problem('/api/violations-list?from=yesterday')).toEqual({ status: 400, field: 'from' });
  expect(await problem('/api/statistics?timezone=Mars')).toEqual({ status: 400, field: 'timezone' });
  expect(await problem('/api/evidence/none')).toEqual({ status: 400, field: 'sha256' });
  for (const path of [
    '/api/violations/cam-9',
    '/api/violation-details/v9',
    `/api/evidence/${'0'.repeat(64)}`,
    '/api/latest-detection/cam-2',
    '/api/nothing',
  ])
    expect([path, await problem(path)]).toEqual([path, { status: 404, field: undefined }]);
});

test('a still is served by its hash, cacheable for ever, only to users who may see its store', async () => {
  const jpeg = Buffer.from('ffd8ffe000104a464946', 'hex');
  const sha256 = await gateway.blobs.put(jpeg);
  await gateway.database.insert('evidence', [
    {
      violation_id: 'v2',
      camera_id: 'cam-2',
      store_id: 'store-2',
      revision: 1,
      file: 0,
      role: 'still',
      sha256,
      size_bytes: jpeg.length,
      media_type: 'image/jpeg',
      captured_at: '2026-11-21 07:00:00.000',
      missing: '',
      _topic: 'evidence',
      _partition: 0,
      _offset: 1,
    },
  ]);
  const response = await gateway.get(`/api/evidence/${sha256}`);
  expect(Buffer.from(await response.arrayBuffer())).toEqual(jpeg);
  expect(response.headers.get('content-type')).toBe('image/jpeg');
  expect(response.headers.get('cache-control')).toBe('private, max-age=31536000, immutable');
  const still = { url: `/api/evidence/${sha256}`, sha256, missing: null, capturedAt: '2026-11-21T07:00:00.000Z' };
  // For a second it stays known that there was no evidence.
  await expect
    .poll(() => gateway.ask('{ violation(id: "v2") { still { url sha256 missing capturedAt } } }'), { timeout: 5_000 })
    .toEqual({ violation: { still } });
  const { token } = await signIn('viewer');
  expect((await send(`/api/evidence/${sha256}`, { headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
});

test('the front door forwards pages, redirects browsers to them, and tells scripts the addresses', async () => {
  expect(await (await gateway.get('/app/violations?x=1')).text()).toBe('page /app/violations?x=1');
  const browser = await send('/', { headers: { accept: 'text/html' } });
  expect([browser.status, browser.headers.get('location')]).toEqual([303, '/app']);
  expect(await (await send('/', {})).json()).toMatchObject({ graphql: '/graphql' });
  const { headers } = await gateway.get('/api/statistics');
  expect([headers.get('x-content-type-options'), headers.get('x-frame-options')]).toEqual(['nosniff', 'DENY']);
});
