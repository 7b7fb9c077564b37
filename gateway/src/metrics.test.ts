import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { RouteTable } from './http/route-table.ts';
import { Metrics } from './metrics.ts';

let listener: Server;
afterEach(() => void listener.close());

async function page(metrics: Metrics): Promise<string> {
  listener = await metrics.listen('127.0.0.1', 0);
  const { port } = listener.address() as AddressInfo;
  return (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
}

const table = new RouteTable(
  [
    { method: 'GET', path: '/api/violations/:video' },
    { method: 'POST', path: '/auth/login' },
  ],
  { withoutHead: [] },
);
const now = { sockets: () => ({ '/live': 3 }), sessions: () => 4, subscribers: () => 2 };

test('requests count by route, method and status, sockets and subscribers by their present number', async () => {
  const metrics = new Metrics(now);
  metrics.request('GET', table.find('/api/violations/cam-1'), 200, 0.02);
  metrics.request('GET', table.find('/api/violations/cam-2'), 200, 0.2);
  metrics.request('POST', table.find('/auth/login'), 429, 0.001);
  const text = await page(metrics);
  for (const line of [
    'api_requests_total{method="GET",route="/api/violations/:video",status="200"} 2',
    'api_requests_total{method="POST",route="/auth/login",status="429"} 1',
    'api_requests_duration_seconds_bucket{le="0.025",method="GET",route="/api/violations/:video"} 1',
    'websocket_connections{path="/live"} 3',
    'active_sessions 4',
    'violation_subscribers 2',
  ])
    expect(text).toContain(line);
});

test('the labels stay those of the route table, whatever paths and methods clients send', async () => {
  const metrics = new Metrics(now);
  const path = fc.oneof(
    fc.string().map(text => `/${text}`),
    fc.constantFrom('/api/x', '/auth/y', '/auth/login', '/api/violations/z'),
  );
  const method = fc.oneof(fc.constantFrom('GET', 'POST', 'PROPFIND'), fc.string());
  fc.assert(fc.property(path, method, (at, how) => metrics.request(how, table.find(at), 404, 0)));
  const text = await page(metrics);
  const labels = (name: string): string[] => [
    ...new Set(
      [...text.matchAll(new RegExp(`api_requests_total.*${name}="([^"]*)"`, 'g'))].map(match => match[1] ?? ''),
    ),
  ];
  for (const route of labels('route')) expect(['other', '/api/violations/:video', '/auth/login']).toContain(route);
  for (const label of labels('method')) expect(['other', 'GET', 'POST']).toContain(label);
});
