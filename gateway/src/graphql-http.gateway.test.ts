import { type AuditResult, auditServer } from 'graphql-http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { basic, type RunningGateway, runGateway } from './testing/running-gateway.ts';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await runGateway();
});
afterAll(() => gateway.close());

test('the endpoint passes the audits of GraphQL over HTTP', async () => {
  const results = await auditServer({
    url: `${gateway.url}/graphql`,
    fetchFn: (url: string, init?: RequestInit) =>
      fetch(url, { ...init, headers: { ...init?.headers, authorization: basic('admin') } }),
  });
  const failed = results.filter(
    (result): result is Exclude<AuditResult, { status: 'ok' }> => result.status === 'error',
  );
  expect(results.length).toBeGreaterThan(50);
  expect(failed.map(({ name, reason }) => `${name}: ${reason}`)).toEqual([]);
});
