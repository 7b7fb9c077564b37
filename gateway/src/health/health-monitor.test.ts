import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, expect, test } from 'vitest';
import { HealthMonitor, type OwnReport } from './health-monitor.ts';

const servers: Server[] = [];
async function answering(body: string): Promise<string> {
  const server = createServer((_, response) => void (body === '' ? undefined : response.end(body)));
  servers.push(server);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/health`;
}
afterAll(() => {
  for (const server of servers) server.closeAllConnections();
  for (const server of servers) server.close();
});

test('every process and part has a status and a sentence, even one that does not answer', async () => {
  let own: ReturnType<OwnReport> = { reason: undefined, details: {} };
  const monitor = new HealthMonitor(
    [
      { name: 'kafka', vital: true, check: async () => undefined },
      { name: 'clickhouse', vital: false, check: async () => ({ kind: 'slow', message: 'it answers too slowly' }) },
      { name: 'redis', vital: false, check: () => Promise.reject(new Error('connection lost')) },
    ],
    {
      rules: await answering('{"status":"healthy","details":{"lag":0}}'),
      sinks: await answering('{"status":"degraded","details":{"reason":"ClickHouse takes no rows"}}'),
      evidence: await answering('{"status":"unhealthy"}'),
      vision: await answering('<html>'),
      tracks: await answering('{"ok":true}'),
      ingest: 'http://127.0.0.1:9/health',
      hung: await answering(''),
    },
    () => own,
  );
  const told = (): readonly unknown[] =>
    monitor.report().components.map(({ name, status, sentence }) => [name, status, sentence]);
  expect(told()).toContainEqual(['ingest', 'degraded', 'It was not asked yet.']);
  await monitor.poll();
  monitor.close();
  expect(told()).toEqual([
    ['clickhouse', 'degraded', 'It answers too slowly.'],
    ['evidence', 'unhealthy', 'It is unhealthy and does not say why: read its log.'],
    ['gateway', 'healthy', 'It works.'],
    ['hung', 'unhealthy', 'It does not answer: not within 2 s; its supervisor starts it again.'],
    ['ingest', 'unhealthy', expect.stringMatching(/^It does not answer: .*supervisor starts it again\.$/)],
    ['kafka', 'healthy', expect.stringMatching(/^It works: it answered in \d+ ms\.$/)],
    ['redis', 'unhealthy', 'It is not reached: connection lost.'],
    ['rules', 'healthy', 'It works.'],
    ['sinks', 'degraded', 'ClickHouse takes no rows.'],
    ['tracks', 'unhealthy', expect.stringMatching(/^Another program answers at .*HEALTH_TARGETS\.$/)],
    ['vision', 'unhealthy', expect.stringMatching(/^It does not answer/)],
  ]);
  expect(monitor.report().status).toBe('degraded');
  own = { reason: 'the control log is not read', details: {} };
  expect(told()).toContainEqual(['gateway', 'degraded', 'The control log is not read.']);
});
