import { afterAll, beforeAll, expect, test } from 'vitest';
import { problemOf, rawConnection, sendRaw } from './testing/raw-http.ts';
import { basic, PASSWORD, type RunningGateway, runGateway, until } from './testing/running-gateway.ts';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await runGateway();
});
afterAll(() => gateway.close());

const PROBLEM = 'application/problem+json';
const AUTHORIZATION = `authorization: ${basic('admin')}\r\n`;
const JSON_TYPE = 'content-type: application/json\r\n';

const head = (start: string, headers = ''): string => `${start} HTTP/1.1\r\nhost: gateway\r\n${headers}`;
const raw = (start: string, headers = '', body = ''): Promise<string> =>
  sendRaw(gateway.url, `${head(start, `connection: close\r\n${headers}`)}\r\n${body}`);
const chunks = (...texts: readonly string[]): string =>
  [...texts.map(text => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`), '0\r\n\r\n'].join('');

async function signIn(): Promise<string> {
  const response = await fetch(`${gateway.url}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ login: 'admin', password: PASSWORD }),
  });
  return response.headers.getSetCookie().map(text => text.split(';')[0])[0] ?? '';
}

test('GraphQL and sign-in accept a chunked body', async () => {
  const chunked = `${JSON_TYPE}transfer-encoding: chunked\r\n`;
  const query = await raw('POST /graphql', `${AUTHORIZATION}${chunked}`, chunks('{"query":', '"{ me { login } }"}'));
  expect(query).toContain('HTTP/1.1 200 OK');
  expect(query).toContain('{"data":{"me":{"login":"admin"}}}');
  const login = JSON.stringify({ login: 'viewer', password: PASSWORD });
  expect(await raw('POST /auth/login', chunked, chunks(login))).toContain('HTTP/1.1 200 OK');
});

test('a request without body and Content-Length is answered, and such a sign-out ends the session', async () => {
  const cookie = await signIn();
  const signedIn = async (): Promise<number> => (await fetch(`${gateway.url}/auth/me`, { headers: { cookie } })).status;
  expect(await signedIn()).toBe(200);
  const headers = `cookie: ${cookie}\r\norigin: http://gateway\r\n`;
  expect(await raw('POST /auth/logout', headers)).toContain('HTTP/1.1 204 No Content');
  expect(await signedIn()).toBe(401);
  expect(problemOf(await raw('POST /auth/login', JSON_TYPE))).toMatchObject({ http: 400, contentType: PROBLEM });
  expect(problemOf(await raw('POST /graphql', AUTHORIZATION)).http).toBeLessThan(500);
});

test('every path names its methods in Allow and refuses all others', async () => {
  const { paths } = (await (await gateway.get('/openapi.json')).json()) as { paths: Record<string, object> };
  const documented = Object.entries(paths).map(([path, methods]) => ({
    path: path.replaceAll(/\{\w+\}/g, 'x'),
    methods: Object.keys(methods).map(method => method.toUpperCase()),
  }));
  const all = [...documented, { path: '/graphql', methods: ['GET', 'POST'] }, { path: '/app/x', methods: ['GET'] }];
  for (const { path, methods } of all) {
    const options = await fetch(`${gateway.url}${path}`, { method: 'OPTIONS' });
    expect([path, options.status]).toEqual([path, 204]);
    const allow = options.headers.get('allow')?.split(', ') ?? [];
    expect(allow.filter(method => method !== 'OPTIONS' && method !== 'HEAD')).toEqual(methods.toSorted());
    for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'].filter(name => !methods.includes(name))) {
      const refused = await fetch(`${gateway.url}${path}`, { method });
      expect([path, method, refused.status, refused.headers.get('content-type')]).toEqual([path, method, 405, PROBLEM]);
      expect(refused.headers.get('allow')?.split(', ')).toEqual(allow);
    }
  }
});

test('HEAD is answered like GET without the body, and never opens a stream', async () => {
  const answer = await raw('HEAD /api/violations-list', AUTHORIZATION);
  expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(answer.endsWith('\r\n\r\n')).toBe(true);
  const query = encodeURIComponent('subscription { violationEvents { __typename } }');
  expect(await raw(`HEAD /graphql?query=${query}`, `${AUTHORIZATION}accept: text/event-stream\r\n`)).toContain('405');
  expect(gateway.parts.feed.listeners).toBe(0);
});

test('a body that is too large is refused by its length, or once it exceeds it, and the connection closes as the answer announces', async () => {
  const large = `${JSON_TYPE}content-length: 31457280\r\n`;
  for (const [path, headers] of [
    ['/graphql', AUTHORIZATION],
    ['/graphql', ''],
    ['/auth/login', ''],
  ] as const) {
    // The server closes, not we: nothing of the body was sent.
    const answer = await sendRaw(gateway.url, `${head(`POST ${path}`, `${headers}${large}`)}\r\n`);
    expect(problemOf(answer)).toMatchObject({ http: 413, contentType: PROBLEM, code: 'BAD_INPUT' });
    expect(answer).toMatch(/\r\nconnection: close\r\n/i);
  }
  const endless = await rawConnection(gateway.url);
  endless.write(`${head('POST /auth/login', `${JSON_TYPE}transfer-encoding: chunked\r\n`)}\r\n`);
  for (let i = 0; i < 40; i++) endless.write(`400\r\n${'x'.repeat(1024)}\r\n`);
  const answer = await endless.closed();
  expect(problemOf(answer)).toMatchObject({ http: 413, contentType: PROBLEM });
  expect(answer).toMatch(/\r\nconnection: close\r\n/i);
});

test('an encoded body is refused without inflating it', async () => {
  for (const path of ['/graphql', '/auth/login', '/auth/logout']) {
    const answer = await raw(`POST ${path}`, `${JSON_TYPE}content-encoding: gzip\r\ncontent-length: 100\r\n`);
    expect(problemOf(answer)).toMatchObject({
      http: 415,
      contentType: PROBLEM,
      detail: expect.stringContaining('gzip'),
    });
  }
});

test('requests before a broken one on the same connection are answered in order, then the connection closes with 400', async () => {
  const good = (path: string): string => `${head(`GET ${path}`, AUTHORIZATION)}\r\n`;
  const connection = await rawConnection(gateway.url);
  connection.write(`${good('/auth/me')}${good('/api/violations-list?limit=1')}no request\r\n\r\n`);
  const answer = await connection.closed();
  expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200', 'HTTP/1.1 400']);
  expect(answer.indexOf('"login":"admin"')).toBeLessThan(answer.indexOf('HTTP/1.1 200', 20));
  expect(problemOf(answer.slice(answer.indexOf('HTTP/1.1 400')))).toMatchObject({ http: 400, code: 'BAD_INPUT' });
});

test('a request of HTTP/1.0 needs no Host, one of HTTP/1.1 does', async () => {
  expect(await sendRaw(gateway.url, `GET /auth/me HTTP/1.0\r\n${AUTHORIZATION}\r\n`)).toMatch(/^HTTP\/1\.1 200 OK/);
  const refused = await sendRaw(gateway.url, `GET /auth/me HTTP/1.1\r\n${AUTHORIZATION}\r\n`);
  expect(problemOf(refused)).toMatchObject({
    http: 400,
    contentType: PROBLEM,
    detail: 'the request has no Host header',
  });
});

test('GraphQL refuses a form and an Accept that it cannot answer with the reason', async () => {
  const form = await raw('POST /graphql', `${AUTHORIZATION}content-type: text/csv\r\ncontent-length: 3\r\n`, 'a,b');
  expect(problemOf(form)).toMatchObject({ http: 415, contentType: PROBLEM, code: 'BAD_INPUT' });
  const query = encodeURIComponent('{ me { login } }');
  const picture = await raw(`GET /graphql?query=${query}`, `${AUTHORIZATION}accept: image/png\r\n`);
  expect(problemOf(picture)).toMatchObject({ http: 406, contentType: PROBLEM, code: 'BAD_INPUT' });
});

test('the server asks for a body only after the sign-in', async () => {
  const body = JSON.stringify({ query: '{ me { login } }' });
  const expecting = `${JSON_TYPE}expect: 100-continue\r\ncontent-length: ${body.length}\r\n`;
  const stranger = await sendRaw(gateway.url, `${head('POST /graphql', expecting)}\r\n`);
  expect(stranger).not.toContain('100 Continue');
  expect(problemOf(stranger)).toMatchObject({ http: 401, contentType: PROBLEM });
  const known = await rawConnection(gateway.url);
  known.write(`${head('POST /graphql', `${AUTHORIZATION}connection: close\r\n${expecting}`)}\r\n`);
  await known.until(/^HTTP\/1\.1 100 Continue\r\n/);
  known.write(body);
  expect(await known.closed()).toContain('{"data":{"me":{"login":"admin"}}}');
});

test('a body with a bad chunk, and one that ends early, are refused without effect', async () => {
  const chunked = `${AUTHORIZATION}${JSON_TYPE}transfer-encoding: chunked\r\n`;
  const bad = await raw('POST /graphql', chunked, 'zz\r\n{}\r\n');
  expect(problemOf(bad)).toMatchObject({ http: 400, contentType: PROBLEM, code: 'BAD_INPUT' });
  const early = await rawConnection(gateway.url);
  early.write(`${head('POST /graphql', chunked)}\r\n5\r\n{"que`);
  early.socket.end();
  await early.closed();
  expect((await gateway.get('/auth/me')).status).toBe(200);
});

test('only a still that the client already has is not sent again', async () => {
  const sha256 = await gateway.blobs.put(Buffer.from('ffd8ffe000104a464946', 'hex'));
  const still = (tags: string): Promise<Response> =>
    fetch(`${gateway.url}/api/evidence/${sha256}`, {
      headers: { authorization: basic('admin'), 'if-none-match': tags },
    });
  for (const tags of [`"${sha256}"`, `W/"${sha256}"`, `"other", "${sha256}"`, '*']) {
    const response = await still(tags);
    expect([tags, response.status, response.headers.get('etag')]).toEqual([tags, 304, `"${sha256}"`]);
    expect(response.headers.get('cache-control')).toBe('private, max-age=31536000, immutable');
    expect(await response.text()).toBe('');
  }
  expect((await still('"other"')).status).toBe(200);
  const unknown = '0'.repeat(64);
  const headers = { authorization: basic('admin'), 'if-none-match': `"${unknown}"` };
  expect((await fetch(`${gateway.url}/api/evidence/${unknown}`, { headers })).status).toBe(404);
});

test('a request that another site may have caused gets that reason, and what to send instead', async () => {
  const cookie = await signIn();
  const answer = await raw('POST /auth/logout', `cookie: ${cookie}\r\norigin: https://evil.example\r\n`);
  expect(problemOf(answer)).toMatchObject({
    ...{ http: 403, contentType: PROBLEM, code: 'CROSS_SITE' },
    detail: expect.stringContaining('X-Sightline-Request: 1'),
  });
  expect(await raw('POST /auth/logout', `cookie: ${cookie}\r\nx-sightline-request: 1\r\n`)).toContain('204 No Content');
});

test('a refused socket gets the reason in the same words as a request', async () => {
  const upgrade = (path: string, headers: string): Promise<string> =>
    sendRaw(
      gateway.url,
      `${head(`GET ${path}`, `connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n${headers}`)}\r\n`,
    );
  const key = 'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n';
  const cases = [
    ['/live', key, 401, 'UNAUTHENTICATED'],
    ['/live', `${key}origin: https://evil.example\r\n`, 403, 'CROSS_SITE'],
    ['/nothing', `${AUTHORIZATION}${key}`, 404, 'NOT_FOUND'],
    ['/live', AUTHORIZATION, 400, 'BAD_INPUT'],
  ] as const;
  for (const [path, headers, http, code] of cases)
    expect(problemOf(await upgrade(path, headers))).toMatchObject({ http, status: http, contentType: PROBLEM, code });
  await until(() => gateway.parts.pictures.connections === 0);
});
