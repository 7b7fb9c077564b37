import { Registry } from 'prom-client';
import { afterEach, expect, test } from 'vitest';
import { FrameHops } from './frame-hops.ts';
import { type HealthServer, serveHealth } from './health.ts';
import type { HealthReport } from './health-report.ts';

let server: HealthServer | undefined;
afterEach(() => server?.close());

const serve = async (report: HealthReport): Promise<string> => {
  server = await serveHealth({ service: 'vision', host: '127.0.0.1', port: 0, report: () => report });
  return server.url;
};

test('health says service, version and time; a degraded process is ready, an unhealthy one is not, both live', async () => {
  const degraded = await fetch(await serve({ status: 'degraded', details: { reason: 'Redis is away' } }));
  expect(degraded.status).toBe(200);
  expect(await degraded.json()).toMatchObject({
    status: 'degraded',
    service: 'vision',
    version: expect.any(String),
    timestamp: expect.any(String),
    details: { reason: 'Redis is away' },
  });
  await server?.close();
  const url = await serve({ status: 'unhealthy', details: {} });
  expect((await fetch(`${url}/ready`)).status).toBe(503);
  expect((await fetch(`${url}/live`)).status).toBe(200);
});

test('metrics are numbers of the process and of its health, in the text format of Prometheus', async () => {
  const url = await serve({ status: 'degraded', details: { lagRecords: 7, skipped: { newer: 3 }, model: 'kitchen' } });
  const answer = await fetch(new URL('/metrics', url));
  expect(answer.headers.get('content-type')).toContain('text/plain');
  const lines = (await answer.text()).split('\n');
  expect(lines).toEqual(
    expect.arrayContaining(['health_status 0.5', 'vision_lag_records 7', 'vision_skipped{kind="newer"} 3']),
  );
  expect(lines.some(line => line.startsWith('process_resident_memory_bytes'))).toBe(true);
});

test('own metrics of the process are among them, once it has some', async () => {
  const registry = new Registry();
  new FrameHops(registry).took('queue', 40);
  let own: Registry | undefined;
  const report = (): HealthReport => ({ status: 'healthy', details: {} });
  server = await serveHealth({ service: 'vision', host: '127.0.0.1', port: 0, report, metrics: () => own });
  const text = async (): Promise<string> => (await fetch(new URL('/metrics', server?.url))).text();
  expect(await text()).not.toContain('frame_hop_ms');
  own = registry;
  expect(await text()).toContain('frame_hop_ms_bucket{le="50",hop="queue"} 1');
});

test('another path is not found', async () => {
  expect((await fetch(new URL('/else', await serve({ status: 'healthy', details: {} })))).status).toBe(404);
});
