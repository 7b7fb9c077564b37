import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { askerOf } from './auth/client-address.ts';
import { rawProblem } from './http/problem.ts';

/** Largest number of unanswered requests of one connection. */
const MAX_PIPELINED = 16;

/**
 * All open sockets of a server, also upgraded ones. Limits the sockets of each address, except those of trusted
 * proxies.
 */
export class Connections {
  readonly #open = new Set<Socket>();
  readonly #ofAsker = new Map<string, number>();

  constructor(server: Server, maxPerAddress: number, isProxy: (address: string) => boolean) {
    server.on('connection', (socket: Socket) => {
      const address = socket.remoteAddress ?? '';
      const asker = askerOf(address);
      const own = (this.#ofAsker.get(asker) ?? 0) + 1;
      this.#ofAsker.set(asker, own);
      this.#open.add(socket);
      socket.on('close', () => {
        this.#open.delete(socket);
        const left = (this.#ofAsker.get(asker) ?? 1) - 1;
        if (left > 0) this.#ofAsker.set(asker, left);
        else this.#ofAsker.delete(asker);
      });
      if (own > maxPerAddress && !isProxy(address)) refuse(socket, maxPerAddress);
    });
  }

  get count(): number {
    return this.#open.size;
  }

  destroy(): void {
    for (const socket of this.#open) socket.destroy();
  }
}

function refuse(socket: Socket, max: number): void {
  socket.on('error', () => socket.destroy());
  const detail = `your address has ${max} open connections: close some of them`;
  socket.end(rawProblem(429, 'TOO_MANY_REQUESTS', detail, { 'retry-after': '5' }));
  socket.pause();
  socket.once('finish', () => socket.destroy());
}

/** Requests of each connection that are not answered yet. */
export class Unanswered {
  readonly #ofSocket = new WeakMap<Socket, Set<ServerResponse>>();

  /** False: this connection sent too many requests before it read the answers. */
  add({ socket }: IncomingMessage, outgoing: ServerResponse): boolean {
    const waiting = this.#ofSocket.get(socket) ?? new Set();
    this.#ofSocket.set(socket, waiting.add(outgoing));
    outgoing.once('close', () => waiting.delete(outgoing));
    return waiting.size <= MAX_PIPELINED;
  }

  /** True when no other answer is being written to this socket. */
  mayAnswer(socket: Socket): boolean {
    const [first, ...others] = this.#ofSocket.get(socket) ?? [];
    return others.length === 0 && !first?.headersSent;
  }
}

const BROKEN: Readonly<Record<string, readonly [status: number, detail: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'the headers are larger than 16 KiB'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'the chunk extensions are larger than 16 KiB'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'the request did not arrive in time'],
};
const UNREADABLE = [400, 'this is not a readable HTTP request'] as const;

/** Answers bytes that cannot be read as a request, and closes the socket. */
export function answerBroken(error: Error & { readonly code?: string }, socket: Socket, unanswered: Unanswered): void {
  if (error.code === 'ECONNRESET' || !socket.writable || !unanswered.mayAnswer(socket)) {
    socket.destroy();
    return;
  }
  const [status, detail] = BROKEN[error.code ?? ''] ?? UNREADABLE;
  socket.end(rawProblem(status, 'BAD_INPUT', detail), () => socket.destroy());
}
