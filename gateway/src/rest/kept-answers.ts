import type { OutgoingHttpHeaders } from 'node:http';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Context, MiddlewareHandler } from 'hono';
import { LRUCache } from 'lru-cache';
import { SECURITY_HEADERS } from '../http/security-headers.ts';
import { closingHeaders } from '../http/unread-body.ts';
import { Freshness } from '../queries/freshness.ts';
import type { AppEnv, AppParts } from './app-env.ts';

interface KeptAnswer {
  readonly versions: string;
  readonly untilMs: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
}

const MAX_BYTES = 64 * 1024 * 1024;
const MAX_BYTES_EACH = 1024 * 1024;

/**
 * Keeps whole answers in memory. An equal request of an equal viewer gets the kept one, as long as an answer made anew
 * would equal it: no version has changed, nothing that it read has ended, and all parts answer.
 */
export function keptAnswers({
  versions,
  degraded,
}: Pick<AppParts, 'versions' | 'degraded'>): MiddlewareHandler<AppEnv> {
  const kept = new LRUCache<string, KeptAnswer>({
    maxSize: MAX_BYTES,
    maxEntrySize: MAX_BYTES_EACH,
    sizeCalculation: ({ body }, key) => body.length + 2 * key.length,
  });
  return async (context, next) => {
    const { outgoing } = context.env;
    if (outgoing === undefined || degraded()) return next();
    const key = keyOf(context);
    const before = versions();
    const known = kept.get(key);
    if (known !== undefined && known.versions === before && Date.now() < known.untilMs) {
      const { incoming } = context.env;
      outgoing.writeHead(200, { ...known.headers, ...(incoming && closingHeaders(incoming)) });
      outgoing.end(known.body);
      return RESPONSE_ALREADY_SENT;
    }
    const freshness = new Freshness();
    await freshness.during(next);
    const { untilMs } = freshness;
    const { res } = context;
    if (res.status !== 200 || !res.headers.get('content-type')?.includes('json')) return undefined;
    if (Date.now() >= untilMs || versions() !== before || degraded()) return undefined;
    const body = Buffer.from(await res.arrayBuffer());
    const headers = Object.fromEntries(res.headers);
    kept.set(key, { versions: before, untilMs, headers: headersOf(headers, body), body });
    context.res = undefined;
    context.res = new Response(body, { headers });
    return undefined;
  };
}

const headersOf = (headers: OutgoingHttpHeaders, body: Buffer): OutgoingHttpHeaders => ({
  ...headers,
  ...SECURITY_HEADERS,
  'cache-control': 'no-store',
  'cache-status': 'sightline; hit',
  'content-length': body.length,
});

/** All of a request that its answer depends on, and all of its viewer. */
function keyOf(context: Context<AppEnv>): string {
  const { req, env } = context;
  const { incoming } = env;
  const { userId, login, role, storeIds } = context.get('identity').viewer;
  const body = incoming && 'rawBody' in incoming ? String(incoming.rawBody) : '';
  return JSON.stringify([
    ...[req.method, req.url, req.header('accept'), req.header('content-type'), body],
    ...[userId, login, role, storeIds],
  ]);
}
