import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Logger } from '@sightline/processors/process';
import packageJson from '../package.json' with { type: 'json' };
import { sendResponse } from './pages-proxy.ts';
import { problemResponse } from './rest/problem.ts';

export interface DoorHandlers {
  request(incoming: IncomingMessage, outgoing: ServerResponse): void;
  upgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): void;
}

export interface FrontDoor {
  readonly url: string;
  /** Lets `handlers` answer. Until called, every request gets 503 with the reason. */
  serve(handlers: DoorHandlers): void;
  close(): Promise<void>;
}

export interface DoorOptions {
  readonly host: string;
  readonly port: number;
  readonly logger: Logger;
  readonly onAnswered: (method: string, path: string, status: number, seconds: number) => void;
}

/** Opens the port of pages and API. */
export async function openFrontDoor(options: DoorOptions): Promise<FrontDoor> {
  let handlers: DoorHandlers = closed;
  const server = createServer((incoming, outgoing) => {
    note(options, incoming, outgoing);
    handlers.request(incoming, outgoing);
  });
  server.on('upgrade', (incoming, socket, head) => handlers.upgrade(incoming, socket, head));
  server.on('clientError', (_error, socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const sockets = openSockets(server);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${options.host}:${port}`,
    serve(next) {
      handlers = next;
    },
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

const WAITING = 'Sightline is starting: the gateway waits for Kafka and the schema registry';

const closed: DoorHandlers = {
  request(incoming, outgoing) {
    const path = (incoming.url ?? '').split('?')[0] ?? '';
    void sendResponse(outgoing, /^\/health(\/|$)/.test(path) ? healthWhileClosed(path) : refusal());
  },
  upgrade(_incoming, socket) {
    refuseUpgrade(socket, 503);
  },
};

const refusal = (): Response => problemResponse(503, 'UNAVAILABLE', WAITING, { headers: { 'retry-after': '2' } });

function healthWhileClosed(path: string): Response {
  const alive = path === '/health/live';
  const report = {
    status: alive ? 'healthy' : 'unhealthy',
    service: 'gateway',
    version: packageJson.version,
    timestamp: new Date().toISOString(),
    details: alive ? {} : { reason: WAITING },
  };
  return Response.json(report, { status: alive ? 200 : 503 });
}

/** Answers an upgrade request with an error status and closes the socket. */
export function refuseUpgrade(socket: Duplex, status: 400 | 401 | 403 | 404 | 503): void {
  socket.end(`HTTP/1.1 ${status} Refused\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}

/** All open sockets of a server, also upgraded ones, which `server.close` ignores. */
function openSockets(server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  server.on('connection', socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  return sockets;
}

function note({ logger, onAnswered }: DoorOptions, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const startedAtMs = performance.now();
  const method = incoming.method ?? '';
  const path = (incoming.url ?? '').split('?')[0] ?? '';
  outgoing.on('close', () => {
    const ms = performance.now() - startedAtMs;
    onAnswered(method, path, outgoing.statusCode, ms / 1_000);
    logger.debug({ method, path, status: outgoing.statusCode, ms: Math.round(ms) }, 'answered');
  });
}
