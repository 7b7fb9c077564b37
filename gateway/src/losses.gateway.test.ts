import { connect, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { basic, type RunningGateway, runGateway, until } from './testing/running-gateway.ts';
import { violation } from './testing/violations.ts';

/** A proxy to a part, whose connection a test can cut. */
async function cuttable(target: string): Promise<{ url: string; cut(): void; mend(): void }> {
  const { hostname, port, protocol, username, password } = new URL(target);
  const sockets = new Set<Socket>();
  let open = true;
  const server = createServer(near => {
    if (!open) {
      near.destroy();
      return;
    }
    const far = connect(Number(port), hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.pipe(to);
      from.on('error', () => to.destroy()).on('close', () => to.destroy());
    }
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  const address = server.address();
  const login = password === '' ? '' : `${username}:${password}@`;
  return {
    url: `${protocol}//${login}127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    cut() {
      open = false;
      for (const socket of sockets) socket.destroy();
      sockets.clear();
    },
    mend() {
      open = true;
    },
  };
}

let clickHouse: Awaited<ReturnType<typeof cuttable>>;
let redis: Awaited<ReturnType<typeof cuttable>>;
let gateway: RunningGateway;
beforeAll(async () => {
  clickHouse = await cuttable(process.env.TEST_CLICKHOUSE_URL ?? '');
  redis = await cuttable(process.env.TEST_REDIS_URL ?? '');
  gateway = await runGateway({ clickHouseUrl: clickHouse.url, redisUrl: redis.url });
  await gateway.publish([violation({ violationId: 'fresh' })]);
  await until(() => gateway.parts.feed.get('fresh') !== undefined);
});
afterAll(() => gateway.close());

test('without ClickHouse the newest violations are returned and marked, an old one is unavailable, and all recovers by itself', async () => {
  let limit = 1;
  const list = async (): Promise<unknown> => (await gateway.get(`/api/violations-list?limit=${++limit}`)).json(); // a new limit each time, since the gateway caches answers
  expect(await list()).toMatchObject({ degraded: false });
  clickHouse.cut();
  expect(await list()).toMatchObject({ degraded: true, violations: [{ id: 'fresh' }] });
  expect((await gateway.get('/api/violation-details/fresh')).status).toBe(200);
  expect((await gateway.get('/api/violation-details/old')).status).toBe(503);
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { authorization: basic('admin'), 'content-type': 'application/json' },
    body: JSON.stringify({
      query: '{ violations { totalCount degraded edges { node { violationId still { url } } } } }',
    }),
  });
  expect(await response.json()).toEqual({
    data: { violations: { totalCount: 1, degraded: true, edges: [{ node: { violationId: 'fresh', still: null } }] } },
    extensions: { degraded: true },
  });
  await gateway.parts.health.poll();
  expect(await (await gateway.get('/api/health')).json()).toMatchObject({
    status: 'degraded',
    details: {
      clickhouse: {
        status: 'unhealthy',
        message: expect.stringContaining('it is not reached, older violations are missing'),
      },
    },
  });
  expect((await gateway.get('/health/ready', null)).status).toBe(200);
  clickHouse.mend();
  await until(async () => JSON.stringify(await list()).includes('"degraded":false'));
});

test('without Redis nobody can sign in, the answer names the reason, and all recovers by itself', async () => {
  const body = JSON.stringify({ login: 'viewer', password: 'x' });
  const signIn = (): Promise<Response> =>
    fetch(`${gateway.url}/auth/login`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  expect((await signIn()).status).toBe(401);
  redis.cut();
  const refused = await signIn();
  expect([refused.status, await refused.json()]).toMatchObject([503, { code: 'UNAVAILABLE' }]);
  await gateway.parts.health.poll();
  expect((await gateway.get('/health', null)).status).toBe(503);
  redis.mend();
  await until(async () => (await signIn()).status === 401);
});
