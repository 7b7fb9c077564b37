import { createLogger } from '@sightline/processors/process';
import { expect, test } from 'vitest';
import { openFrontDoor } from './front-door.ts';

test('before its handlers are ready, the front door names what it waits for and reports that it lives', async () => {
  const answered: string[] = [];
  const door = await openFrontDoor({
    host: '127.0.0.1',
    port: 0,
    isProxy: () => false,
    logger: createLogger('test', 'fatal'),
    onAnswered: (method, path, status) => answered.push(`${method} ${path} ${status}`),
  });
  const refused = await fetch(`${door.url}/api/statistics`);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2']);
  expect(await refused.json()).toMatchObject({
    code: 'UNAVAILABLE',
    detail: expect.stringContaining('waits for Kafka'),
  });
  expect((await fetch(`${door.url}/health/live`)).status).toBe(200);
  const health = await fetch(`${door.url}/health`);
  expect([health.status, await health.json()]).toMatchObject([503, { status: 'unhealthy', service: 'gateway' }]);
  door.serve({ request: (_incoming, outgoing) => void outgoing.end('open'), upgrade: () => {} });
  expect(await (await fetch(`${door.url}/x?y=1`)).text()).toBe('open');
  await door.close();
  expect(answered).toEqual(['GET /api/statistics 503', 'GET /health/live 200', 'GET /health 503', 'GET /x 200']);
});
