import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Logger } from '@sightline/processors/process';
import packageJson from '../package.json' with { type: 'json' };
import { answerBroken, Connections, Unanswered } from './connection-limits.ts';
import { type Problem, problemResponse, rawProblem } from './http/problem.ts';
import { hasBody, isUpload } from './http/request-body.ts';
import { sendResponse } from './http/send-response.ts';

export interface DoorHandlers {
  request(incoming: IncomingMessage, outgoing: ServerResponse): void;
  upgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): void;
}

export interface FrontDoor {
  readonly url: string;
  /** Sets the handlers. Until called, every request gets 503 with the reason. */
  serve(handlers: DoorHandlers): void;
  close(): Promise<void>;
}

export interface DoorOptions {
  readonly host: string;
  readonly port: number;
  readonly logger: Logger;
  readonly onAnswered: (method: string, path: string, status: number, seconds: number) => void;
  /** True for the address of a proxy, which may have any number of connections. */
  readonly isProxy: (address: string) => boolean;
  readonly limits?: Partial<DoorLimits>;
}

export interface DoorLimits {
  readonly connections: number;
  readonly connectionsPerAddress: number;
  /** Limit of the time until all headers have arrived. */
  readonly headersMs: number;
  /** Limit of the time until the whole request has arrived. */
  readonly requestMs: number;
  /** The same for uploads of files. */
  readonly uploadMs: number;
  /** Limit of the time without a byte in either direction. Streams send heartbeats more often. */
  readonly idleMs: number;
}

const LIMITS: DoorLimits = {
  connections: 10_000,
  connectionsPerAddress: 512,
  headersMs: 10_000,
  requestMs: 30_000,
  uploadMs: 1_800_000,
  idleMs: 60_000,
};

/** Opens the port of pages and API. */
export async function openFrontDoor(options: DoorOptions): Promise<FrontDoor> {
  const limits = { ...LIMITS, ...options.limits };
  let handlers: DoorHandlers = closed;
  const unanswered = new Unanswered();
  const server = createServer({
    headersTimeout: limits.headersMs,
    requestTimeout: limits.uploadMs,
    connectionsCheckingInterval: Math.min(1_000, limits.headersMs),
    requireHostHeader: false, // refused below, with the reason
    shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket',
  });
  server.maxConnections = limits.connections;
  server.timeout = limits.idleMs;
  const connections = new Connections(server, limits.connectionsPerAddress, options.isProxy);
  const take = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    note(options, incoming, outgoing);
    if (hasBody(incoming) && !isUpload(incoming)) endIfSlow(incoming, outgoing, limits.requestMs);
    const waits = unanswered.add(incoming, outgoing);
    if (!hasHost(incoming)) void sendResponse(incoming, outgoing, hostMissing());
    else if (waits) handlers.request(incoming, outgoing);
    else void sendResponse(incoming, outgoing, tooManyAtOnce());
  };
  const endIfSlow = (incoming: IncomingMessage, outgoing: ServerResponse, limitMs: number): void => {
    const late = setTimeout(() => {
      if (!incoming.complete) void answerBroken('ERR_HTTP_REQUEST_TIMEOUT', incoming.socket, unanswered);
    }, limitMs).unref();
    outgoing.once('close', () => clearTimeout(late));
  };
  server.on('request', take);
  server.on('checkContinue', take); // the reader of the body sends 100 Continue
  server.on('upgrade', (incoming, socket, head) => handlers.upgrade(incoming, socket, head));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) =>
    answerBroken(error.code, socket as Socket, unanswered),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${options.host}:${port}`,
    serve(next) {
      handlers = next;
    },
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        connections.destroy();
      }),
  };
}

/** HTTP/1.0 knows no Host: its requests are for the address that they came to. False: one of HTTP/1.1 has none. */
function hasHost({ headers, httpVersion, socket }: IncomingMessage): boolean {
  const { localAddress = '', localPort } = socket;
  const address = localAddress.includes(':') ? `[${localAddress}]` : localAddress;
  if (headers.host === undefined && httpVersion === '1.0') headers.host = `${address}:${localPort}`;
  return headers.host !== undefined;
}

const hostMissing = (): Response =>
  problemResponse(400, 'BAD_INPUT', 'the request has no Host header', { headers: { connection: 'close' } });

const tooManyAtOnce = (): Response =>
  problemResponse(429, 'TOO_MANY_REQUESTS', 'too many requests of this connection wait: read the answers first', {
    headers: { 'retry-after': '1', connection: 'close' },
  });

const WAITING = 'Sightline is starting: the gateway waits for Kafka and the schema registry';

const closed: DoorHandlers = {
  request(incoming, outgoing) {
    const path = (incoming.url ?? '').split('?')[0] ?? '';
    void sendResponse(incoming, outgoing, /^\/health(\/|$)/.test(path) ? healthWhileClosed(path) : refusal());
  },
  upgrade(_incoming, socket) {
    refuseUpgrade(socket, 503, 'UNAVAILABLE', WAITING);
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

/** Answers an upgrade request with a problem and closes the socket. */
export function refuseUpgrade(socket: Duplex, status: number, code: Problem['code'], detail: string): void {
  socket.end(rawProblem(status, code, detail));
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
