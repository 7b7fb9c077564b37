import type { IncomingMessage } from 'node:http';
import { hasBody } from './request-body.ts';

const LINGER_MS = 500;

/** Headers of an answer. The connection closes when the body was not read, because its rest is not a request. */
export function closingHeaders(incoming: IncomingMessage): Readonly<Record<string, string>> {
  if (!hasBody(incoming) || incoming.complete) return {};
  closeGently(incoming);
  return { connection: 'close' };
}

/** Drops what arrives for a moment before it closes. Closing at once would reset the connection and lose the answer. */
function closeGently(incoming: IncomingMessage): void {
  const { socket } = incoming;
  socket.destroySoon = () => {
    socket.end();
    incoming.resume();
    setTimeout(() => socket.destroy(), LINGER_MS).unref();
  };
}
