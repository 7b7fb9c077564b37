// @vitest-environment happy-dom
import type { AddressInfo } from 'node:net';
import { screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type WebSocket as ServerSocket, WebSocketServer } from 'ws';
import { LiveProvider } from '#components/live/live-provider.client.tsx';
import { pageOf, standAt } from '../../testing/page-of.tsx';
import { row } from '../../testing/violation.ts';
import { LiveState } from './live-state.client.tsx';

/** A gateway as far as this tab's one subscription needs it: graphql-ws over a real WebSocket. */
let server: WebSocketServer;
let subscribers: { readonly after: unknown; say(item: object): void; cut(): void }[];

const heartbeat = { __typename: 'Heartbeat', cursor: 'c1', at: '2026-11-21T10:00:00Z' };
const opened = {
  ...{ __typename: 'ViolationEvent', cursor: 'c2', partition: 0, offset: 7, action: 'OPENED' },
  violation: row({ state: 'OPEN', revision: 1 }),
};

function welcome(socket: ServerSocket): void {
  socket.on('message', data => {
    const { type, id, payload } = JSON.parse(String(data));
    if (type === 'connection_init') socket.send(JSON.stringify({ type: 'connection_ack' }));
    if (type !== 'subscribe') return;
    subscribers.push({
      after: payload.variables.after,
      say: item => socket.send(JSON.stringify({ id, type: 'next', payload: { data: { violationEvents: item } } })),
      cut: () => socket.terminate(),
    });
  });
}

async function listen(port = 0): Promise<void> {
  server = new WebSocketServer({ port, host: '127.0.0.1', handleProtocols: () => 'graphql-transport-ws' });
  server.on('connection', welcome);
  await new Promise(resolve => server.once('listening', resolve));
}

beforeEach(async () => {
  vi.stubGlobal('PerformanceNavigationTiming', class {});
  subscribers = [];
  await listen();
  standAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}/app`);
});
afterEach(() => {
  for (const one of server.clients) one.terminate();
  server.close();
  vi.unstubAllGlobals();
});

const shows = (word: string, timeout = 3_000) =>
  expect.poll(() => screen.getByRole('status').textContent, { timeout }).toBe(word);
const subscribed = (count: number) => expect.poll(() => subscribers.length, { timeout: 5_000 }).toBe(count);
const show = () =>
  pageOf(
    <LiveProvider>
      <LiveState />
    </LiveProvider>,
  );

test('it says Connecting, Catching up while old events come, and Live from the first heartbeat', async () => {
  show();
  await shows('Connecting');
  await subscribed(1);
  subscribers[0]?.say(opened);
  await shows('Catching up');
  subscribers[0]?.say(heartbeat);
  await shows('Live');
  expect(screen.getByRole('status').title).toBe('Violations and pictures arrive as they happen');
});

test('a lost connection is Offline, and Live again by itself from where it stopped', { timeout: 20_000 }, async () => {
  show();
  await subscribed(1);
  subscribers[0]?.say(heartbeat);
  await shows('Live');
  subscribers[0]?.cut();
  await shows('Offline');
  await subscribed(2);
  expect(subscribers[1]?.after).toBe('c1');
  subscribers[1]?.say(heartbeat);
  await shows('Live');
});

test('the browser going offline shows at once', async () => {
  show();
  await subscribed(1);
  subscribers[0]?.say(heartbeat);
  await shows('Live');
  window.dispatchEvent(new Event('offline'));
  await shows('Offline', 500);
});

test('a gateway that says nothing for eight seconds is Offline', { timeout: 20_000 }, async () => {
  show();
  await subscribed(1);
  subscribers[0]?.say(heartbeat);
  await shows('Live');
  await shows('Offline', 10_000);
});
