import {
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request,
  type ServerResponse,
} from 'node:http';
import { problemResponse } from './http/problem.ts';
import { SECURITY_HEADERS } from './http/security-headers.ts';
import { sendResponse } from './http/send-response.ts';
import { closingHeaders } from './http/unread-body.ts';

/** Headers that concern one connection and must not be forwarded (RFC 9110, 7.6.1). */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
/** Not forwarded, because pages accept no body. */
const NOT_PASSED: ReadonlySet<string> = new Set([...HOP_BY_HOP, 'content-length', 'content-encoding', 'expect']);

const without = (headers: IncomingHttpHeaders, names: ReadonlySet<string>): OutgoingHttpHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !names.has(name)));

/** Forwards a GET or HEAD to the dashboard, without its body, and streams the answer back. `address`: the client's. */
export function passToPages(
  dashboardUrl: URL,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  address: string,
): void {
  const headers = {
    ...without(incoming.headers, NOT_PASSED),
    'x-forwarded-host': incoming.headers.host ?? '',
    'x-forwarded-for': address,
  };
  const passed = request(
    {
      host: dashboardUrl.hostname,
      port: dashboardUrl.port,
      method: incoming.method,
      path: incoming.url,
      headers,
    },
    answer => {
      outgoing.writeHead(answer.statusCode ?? 502, {
        ...without(answer.headers, HOP_BY_HOP),
        ...SECURITY_HEADERS,
        ...closingHeaders(incoming),
      });
      answer.pipe(outgoing);
      answer.on('error', () => outgoing.destroy());
    },
  );
  passed.on('error', () => {
    if (outgoing.headersSent) outgoing.destroy();
    else
      void sendResponse(
        incoming,
        outgoing,
        problemResponse(503, 'UNAVAILABLE', 'the dashboard does not answer: it may still be starting'),
      );
  });
  outgoing.on('close', () => passed.destroy());
  passed.end();
}
