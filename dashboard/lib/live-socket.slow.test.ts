import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type WebSocket as ServerSocket, WebSocketServer } from 'ws';
import { LiveSocket } from './live-socket.client.ts';

let server: WebSocketServer;
let connections: ServerSocket[];
let page: EventTarget;
let stop: () => void;
let live: LiveSocket;

beforeEach(async () => {
  connections = [];
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', socket => connections.push(socket));
  await new Promise(resolve => server.once('listening', resolve));
  page = new EventTarget();
  vi.stubGlobal('window', page);
  vi.stubGlobal('document', Object.assign(new EventTarget(), { hidden: false }));
  vi.stubGlobal('location', { href: `http://127.0.0.1:${(server.address() as AddressInfo).port}/app` });
  live = new LiveSocket('/live');
  stop = live.start();
});

afterEach(() => {
  stop();
  for (const socket of connections) socket.terminate();
  server.close();
  vi.unstubAllGlobals();
});

const becomes = (state: string, timeout: number) => expect.poll(() => live.state, { timeout }).toBe(state);
const beat = (socket: ServerSocket | undefined): void =>
  socket?.send(JSON.stringify({ type: 'heartbeat', atMs: Date.now() }));

test('a connection that falls silent counts as lost within 10 s and is made anew', { timeout: 30_000 }, async () => {
  live.watch('cam-1', () => {});
  await becomes('live', 3_000);
  beat(connections[0]);
  await becomes('offline', 10_000);
  await expect.poll(() => connections.length, { timeout: 5_000 }).toBe(2);
  await becomes('live', 3_000);
});

test('heartbeats keep a connection that shows nothing new', { timeout: 30_000 }, async () => {
  live.watch('cam-1', () => {});
  await becomes('live', 3_000);
  const beating = setInterval(() => beat(connections[0]), 1_000);
  await new Promise(resolve => setTimeout(resolve, 9_500));
  clearInterval(beating);
  expect([live.state, connections.length]).toEqual(['live', 1]);
});

test("the browser's word that it is offline and online again is taken at once", async () => {
  live.watch('cam-1', () => {});
  await becomes('live', 3_000);
  page.dispatchEvent(new Event('offline'));
  expect(live.state).toBe('offline');
  page.dispatchEvent(new Event('online'));
  await becomes('live', 900);
});

test('a message of a kind that the page does not know throws nothing, and the next picture comes', async () => {
  const sequences: number[] = [];
  live.watch('cam-1', ({ header }) => sequences.push(header.sequence));
  await becomes('live', 3_000);
  const header = {
    ...{ cameraId: 'cam-1', epoch: 1, sequence: 7, capturedAtMs: 1, publishedAtMs: 2, widthPx: 0, heightPx: 0 },
    ...{ outcome: 'down', model: null, boxes: [] },
  };
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  connections[0]?.send(Buffer.from([0, 0, 0, 1, 0]));
  connections[0]?.send(Buffer.concat([length, text]));
  await expect.poll(() => sequences).toEqual([7]);
});
