import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { Me, type TypedDocumentString } from '#generated/documents.ts';
import { subscribe } from './subscribe.client.ts';

type Question = TypedDocumentString<unknown, Readonly<Record<string, unknown>>>;

/** A server that takes connections. It ends one that asks for a WebSocket after 50 ms. */
let server: Server;
const strays: unknown[] = [];
const keep = (reason: unknown): void => void strays.push(reason);

beforeAll(async () => {
  server = createServer().on('upgrade', (_, socket) => setTimeout(() => socket.destroy(), 50));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  vi.stubGlobal('location', new URL(`http://127.0.0.1:${port}/app`));
  vi.stubGlobal('PerformanceNavigationTiming', class {});
  process.on('unhandledRejection', keep);
});
afterAll(() => {
  process.off('unhandledRejection', keep);
  vi.unstubAllGlobals();
  server.close();
});

// A page that is left quickly, and one that goes offline, end a subscription that still connects.
test('a subscription that ends before it is connected, or whose connection breaks, leaves no stray error', async () => {
  for (const endAfterMs of [0, 20, 200]) {
    const { items, end } = subscribe(Me as Question, {});
    const heard = (async () => {
      for await (const _ of items) return 'an item';
      return 'the end';
    })().catch(() => 'an error');
    await new Promise(resolve => setTimeout(resolve, endAfterMs));
    end();
    expect(await heard).toBe(endAfterMs < 50 ? 'the end' : 'an error');
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  expect(strays).toEqual([]);
});
