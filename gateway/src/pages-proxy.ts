import {
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request,
  type ServerResponse,
} from 'node:http';
import { problemResponse } from './rest/problem.ts';
import { SECURITY_HEADERS } from './rest/security-headers.ts';

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

const kept = (headers: IncomingHttpHeaders): OutgoingHttpHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name)));

/** Forwards a request to the dashboard and streams the answer back. */
export function passToPages(dashboardUrl: URL, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const headers = { ...kept(incoming.headers), 'x-forwarded-host': incoming.headers.host ?? '' };
  const passed = request(
    {
      host: dashboardUrl.hostname,
      port: dashboardUrl.port,
      method: incoming.method,
      path: incoming.url,
      headers,
    },
    answer => {
      outgoing.writeHead(answer.statusCode ?? 502, { ...kept(answer.headers), ...SECURITY_HEADERS });
      answer.pipe(outgoing);
      answer.on('error', () => outgoing.destroy());
    },
  );
  passed.on('error', () => {
    if (outgoing.headersSent) outgoing.destroy();
    else
      void sendResponse(
        outgoing,
        problemResponse(503, 'UNAVAILABLE', 'the dashboard does not answer: it may still be starting'),
      );
  });
  outgoing.on('close', () => passed.destroy());
  incoming.pipe(passed);
}

/** Writes a whole Response. */
export async function sendResponse(outgoing: ServerResponse, response: Response): Promise<void> {
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  outgoing.end(Buffer.from(await response.arrayBuffer()));
}
