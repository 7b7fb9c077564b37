import type { IncomingMessage, ServerResponse } from 'node:http';
import { SECURITY_HEADERS } from './security-headers.ts';
import { closingHeaders } from './unread-body.ts';

/** Answers with a whole Response. */
export async function sendResponse(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  response: Response,
): Promise<void> {
  const body = Buffer.from(await response.arrayBuffer());
  const headers = { ...Object.fromEntries(response.headers), ...SECURITY_HEADERS, ...closingHeaders(incoming) };
  outgoing.writeHead(
    response.status,
    response.status === 204 ? headers : { ...headers, 'content-length': body.length },
  );
  outgoing.end(incoming.method === 'HEAD' ? undefined : body);
}
