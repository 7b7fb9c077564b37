// @vitest-environment happy-dom
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { act, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ComponentRow, HealthPageResult } from '#generated/documents.ts';
import { pageOf, standAt } from '../../testing/page-of.tsx';
import { componentWords } from './component-words.ts';
import { HealthView } from './health-view.client.tsx';

const row = (given: Partial<ComponentRow> & Pick<ComponentRow, 'name'>): ComponentRow => ({
  ...{ kind: 'process', status: 'HEALTHY', sentence: 'It works.', checkedAt: '2026-11-21T10:00:00Z', details: {} },
  ...given,
});

const page = (components: readonly ComponentRow[]): HealthPageResult => ({
  health: {
    status: components.every(({ status }) => status === 'HEALTHY') ? 'HEALTHY' : 'DEGRADED',
    version: '1',
    timestamp: '2026-11-21T10:00:00Z',
    components,
  },
});

let server: Server;
let answer: HealthPageResult | undefined;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  server = createServer((_, response) => {
    if (answer === undefined) return void response.writeHead(502).end();
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data: answer }));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  standAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}/app/health`);
});
afterEach(() => {
  vi.useRealTimers();
  server.close();
});

const textOf = (name: string): string => document.querySelector(`[data-name="${name}"]`)?.textContent ?? '';

test('every process says what it does, how it is, and what it means when it is down', () => {
  const away = { status: 'UNHEALTHY', sentence: 'It does not answer.' } as const;
  pageOf(
    <HealthView page={page([row({ name: 'gateway' }), row({ name: 'dashboard' }), row({ name: 'sinks', ...away })])} />,
  );
  expect(textOf('gateway')).toMatch(/Answers pages and programs.*Healthy.*It works\. Without it: No page and no API/);
  expect(textOf('dashboard')).toMatch(/Makes these pages.*Healthy/);
  expect(textOf('sinks')).toMatch(/Writes the tables.*It does not answer\.Meanwhile: Analysts do not see the newest/);
  expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('1 component in trouble: sinks');
});

test('a process that only a newer version knows is shown with its own sentence', () => {
  pageOf(<HealthView page={page([row({ name: 'alerts', status: 'DEGRADED', sentence: 'It waits.' })])} />);
  expect(textOf('alerts')).toContain('It waits.');
});

test('a gateway that stops answering is shown as down, and as well again when it answers', async () => {
  const well = page([row({ name: 'gateway' }), row({ name: 'ingest' })]);
  pageOf(<HealthView page={well} />);
  const status = (): string | null | undefined =>
    document.querySelector('[data-name="gateway"]')?.getAttribute('data-status');
  answer = undefined;
  await act(() => vi.advanceTimersByTimeAsync(5_000));
  await vi.waitFor(() => expect(status()).toBe('UNHEALTHY'));
  expect(textOf('gateway')).toContain('Meanwhile: No page and no API answers.');
  answer = well;
  await act(() => vi.advanceTimersByTimeAsync(5_000));
  await vi.waitFor(() => expect(status()).toBe('HEALTHY'));
});

test('the words name every process of the product and every part', () => {
  const names = ['gateway', 'dashboard', 'ingest', 'vision', 'violations', 'evidence', 'sinks'];
  for (const name of [...names, 'kafka', 'registry', 'redis', 'clickhouse', 'disk'])
    expect(componentWords(name), name).toBeDefined();
});
