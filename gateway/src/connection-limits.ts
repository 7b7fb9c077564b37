import { once } from 'node:events';
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

interface Waiting {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
}

/** Requests of each connection that are not answered yet. */
export class Unanswered {
  readonly #ofSocket = new WeakMap<Socket, Set<Waiting>>();

  /** False: this connection sent too many requests before it read the answers. */
  add(incoming: IncomingMessage, outgoing: ServerResponse): boolean {
    const { socket } = incoming;
    const waiting = this.#ofSocket.get(socket) ?? new Set();
    const request = { incoming, outgoing };
    this.#ofSocket.set(socket, waiting.add(request));
    outgoing.once('close', () => waiting.delete(request));
    return waiting.size <= MAX_PIPELINED;
  }

  /** Resolves when all requests that arrived whole are answered. False: the answer to the last, broken one has begun. */
  async answered(socket: Socket): Promise<boolean> {
    const waiting = [...(this.#ofSocket.get(socket) ?? [])];
    const whole = waiting.filter(({ incoming }) => incoming.complete);
    await Promise.all(whole.map(({ outgoing }) => outgoing.closed || once(outgoing, 'close')));
    return !waiting.some(({ incoming, outgoing }) => !incoming.complete && outgoing.headersSent);
  }
}

const BROKEN: Readonly<Record<string, readonly [status: number, detail: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'the headers are larger than 16 KiB'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'the chunk extensions are larger than 16 KiB'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'the request did not arrive in time'],
};
const UNREADABLE = [400, 'this is not a readable HTTP request'] as const;

/** Sockets with a broken request. What comes after it is not read. */
const broken = new WeakSet<Socket>();

/** Answers bytes that cannot be read as a request, by the code of the error, after the requests before them, and closes the socket. */
export async function answerBroken(code: string | undefined, socket: Socket, unanswered: Unanswered): Promise<void> {
  if (broken.has(socket)) return;
  broken.add(socket);
  const mayAnswer = code !== 'ECONNRESET' && socket.writable && (await unanswered.answered(socket));
  if (!mayAnswer || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, detail] = BROKEN[code ?? ''] ?? UNREADABLE;
  socket.end(rawProblem(status, 'BAD_INPUT', detail), () => socket.destroy());
}
