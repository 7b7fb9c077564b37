import type { ExecutionResult } from 'graphql';
import { createClient as createSseClient, NetworkError } from 'graphql-sse';
import { createClient as createSocketClient } from 'graphql-ws';
import type { TypedDocumentString } from '#generated/documents.ts';
import { GatewayError } from './graphql-answer.ts';

/** One subscription: its items, and a function that ends it. */
export interface Subscription<Result> {
  readonly items: AsyncIterable<ExecutionResult<Result>>;
  end(): void;
}

type Variables = Readonly<Record<string, unknown>>;

/**
 * Subscribes once, without trying again. Over HTTP/1.1 a browser opens at most six connections to an origin, over all
 * its tabs, so an event stream there would sooner or later freeze every page: a WebSocket is taken instead, which does
 * not count. Over HTTP/2 and later it is an event stream.
 */
export function subscribe<Result>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
): Subscription<Result> {
  const payload = { query: document.toString(), variables };
  const sockets = new Set<WebSocket>();
  const client = sharesConnections()
    ? createSseClient({ url: '/graphql', retryAttempts: 0 })
    : createSocketClient({ url: socketUrl(), retryAttempts: 0, webSocketImpl: keptIn(sockets) });
  const { promise: ended, resolve } = Promise.withResolvers<undefined>();
  const items = client.iterate<Result>(payload) as AsyncIterator<ExecutionResult<Result>>;
  return {
    items: untilEnded(items, ended),
    end() {
      resolve(undefined);
      void Promise.resolve(client.dispose()).catch(() => {}); // it rejects when the connection never came about
      for (const socket of sockets) socket.close(); // the client leaves one open that still connects
    },
  };
}

/**
 * The WebSockets that a client opens. A browser connects them to one address one after another, so one that never
 * connects, in a broken network, would hold up all that come later.
 */
function keptIn(sockets: Set<WebSocket>): typeof WebSocket {
  return class extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      sockets.add(this);
    }
  };
}

/** Passes items on until `ended`. Does not wait for the connection to close, which may take minutes. */
async function* untilEnded<T>(items: AsyncIterator<T>, ended: Promise<undefined>): AsyncGenerator<T, undefined> {
  for (;;) {
    const next = items.next();
    next.catch(() => {}); // after the end nobody waits for it
    const item = await Promise.race([next, ended]);
    if (item === undefined || item.done) return undefined;
    yield item.value;
  }
}

/** Time limit of the question. A broken network may never answer, and the next connection must not wait for it. */
const ASK_WITHIN_MS = 5_000;

/** The gateway's close codes: signed out, and other rights than before. */
const ENDED = new Set([4401, 4403]);

/** True when the page must be loaded anew, because nobody is signed in any more or the rights are others. A refused WebSocket does not say why: ask. */
export async function isSignedOut(error: unknown): Promise<boolean> {
  if (error instanceof CloseEvent && ENDED.has(error.code)) return true;
  if (error instanceof NetworkError) return error.response?.status === 401;
  if (error instanceof GatewayError) return error.code === 'UNAUTHENTICATED';
  const response = await fetch('/auth/me', { signal: AbortSignal.timeout(ASK_WITHIN_MS) }).catch(() => undefined);
  return response?.status === 401;
}

const socketUrl = (): string => new URL('/graphql', location.href.replace(/^http/, 'ws')).href;

function sharesConnections(): boolean {
  const [navigation] = performance.getEntriesByType('navigation');
  const protocol = navigation instanceof PerformanceNavigationTiming ? navigation.nextHopProtocol : '';
  return protocol === 'h2' || protocol === 'h3';
}
