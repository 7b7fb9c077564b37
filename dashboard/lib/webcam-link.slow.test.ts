import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type WebSocket as ServerSocket, WebSocketServer } from 'ws';
import type { PictureSource } from './webcam.client.ts';
import { retryMs, WebcamLink } from './webcam-link.client.ts';

/** A gateway for the test: it creates sessions, unless `refusal` is set, and keeps the pictures that its sockets get. */
let server: Server;
let sockets: WebSocketServer;
let connections: ServerSocket[];
let pictures: number;
let deleted: number;
let refusal: { readonly status: number; readonly detail: string } | undefined;
let source: { closed: number; end: () => void };
let link: WebcamLink;

beforeEach(async () => {
  [connections, pictures, deleted, refusal] = [[], 0, 0, undefined];
  server = createServer((request, response) => {
    if (request.method === 'DELETE') deleted++;
    const body = refusal ?? { sessionId: 's1' };
    response.writeHead(refusal?.status ?? 200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  sockets = new WebSocketServer({ server });
  sockets.on('connection', socket => {
    connections.push(socket);
    socket.on('message', () => pictures++);
    say({ type: 'session', cameras: [{ maxFps: 20, active: true, sendsPictures: true }] });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { fetch } = globalThis;
  vi.stubGlobal('location', { href: `${base}/app` });
  vi.stubGlobal('fetch', (path: string, init?: RequestInit) => fetch(new URL(path, base), init)); // as a page resolves it
  source = { closed: 0, end: () => {} };
  link = new WebcamLink('c1', async () => fakeSource());
});
afterEach(() => {
  link.stop();
  for (const socket of connections) socket.terminate();
  sockets.close();
  server.close();
  vi.unstubAllGlobals();
});

const fakeSource = (): PictureSource => ({
  grab: async () => ({ jpeg: new ArrayBuffer(4), capturedAtMs: 1 }),
  onEnded: listener => {
    source.end = listener;
  },
  close: () => {
    source.closed++;
  },
});
const say = (message: object): void => connections.at(-1)?.send(JSON.stringify(message));
const becomes = (kind: string, timeout = 5_000): Promise<void> =>
  expect.poll(() => link.view.kind, { timeout }).toBe(kind);
const problem = (): string | null => (link.view.kind === 'off' ? link.view.problem : null);

test('waits before a new try grow from 2 s to 30 s', () => {
  expect([0, 1, 2, 3, 4, 50].map(retryMs)).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
});

test('at most two pictures wait for their answers; the next ones are newer', async () => {
  void link.start();
  await becomes('sending');
  await new Promise(resolve => setTimeout(resolve, 500));
  expect(pictures).toBe(2);
  say({ type: 'taken' });
  await expect.poll(() => pictures).toBe(3);
  say({ type: 'refused', code: 'UNAVAILABLE', message: 'nobody takes the pictures' });
  await expect.poll(() => link.view).toMatchObject({ note: 'nobody takes the pictures' });
  say({ type: 'taken' });
  await expect.poll(() => link.view).toMatchObject({ note: null });
});

test('a lost connection is made anew after 2 s, 4 s; a stop closes the source and the session', {
  timeout: 20_000,
}, async () => {
  void link.start();
  await becomes('sending');
  connections[0]?.terminate();
  await becomes('lost');
  await becomes('sending', 3_000);
  refusal = { status: 503, detail: 'Redis is away' };
  connections.at(-1)?.terminate();
  await becomes('lost');
  await expect.poll(() => link.view, { timeout: 6_000 }).toMatchObject({ problem: 'Redis is away' });
  refusal = undefined;
  await becomes('sending', 10_000);
  expect(source.closed).toBe(0);
  link.stop();
  expect(link.view).toEqual({ kind: 'off', problem: null });
  expect(source.closed).toBe(1);
  await expect.poll(() => deleted).toBeGreaterThan(0);
});

test('what trying again cannot change ends it, with the reason: taken over, forbidden, signed out, unplugged', async () => {
  void link.start();
  await becomes('sending');
  say({ type: 'refused', code: 'TAKEN_OVER', message: 'another browser sends' });
  await becomes('off');
  expect(problem()).toMatch(/another browser sends/);
  void link.start();
  await becomes('sending');
  connections.at(-1)?.close(4401);
  await becomes('off');
  expect(problem()).toMatch(/signed out/);
  refusal = { status: 400, detail: 'there is no camera c1' };
  void link.start();
  await becomes('starting');
  await becomes('off');
  expect(problem()).toBe('there is no camera c1');
  refusal = undefined;
  void link.start();
  await becomes('sending');
  source.end();
  expect(problem()).toMatch(/unplugged/);
  expect(source.closed).toBe(4);
});
