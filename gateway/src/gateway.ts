import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { getRequestListener } from '@hono/node-server';
import type { Logger } from '@sightline/processors/process';
import { useServer } from 'graphql-ws/use/ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { ClientAddresses } from './auth/client-address.ts';
import { sameOrigin } from './auth/forgery.ts';
import { CLOSE_CODES } from './auth/open-streams.ts';
import type { Viewer } from './auth/viewer.ts';
import { MOST_MODEL_BYTES } from './commands/model-files.ts';
import {
  BadInputError,
  ClientError,
  NotFoundError,
  TooManyRequestsError,
  UnauthenticatedError,
  UnavailableError,
} from './errors.ts';
import { type DoorHandlers, refuseUpgrade } from './front-door.ts';
import { graphqlSockets } from './graphql-sockets.ts';
import { problemOfError, problemResponse } from './http/problem.ts';
import { checkBodyHeaders, isUpload, maxBodyBytes } from './http/request-body.ts';
import { type Route, RouteTable } from './http/route-table.ts';
import { sendResponse } from './http/send-response.ts';
import type { Pictures } from './live/pictures.ts';
import { passToPages } from './pages-proxy.ts';
import { buildApp } from './rest/app.ts';
import type { AppParts } from './rest/app-env.ts';
import type { CameraSession } from './sessions/camera-sessions.ts';
import { MAX_PICTURE_BYTES } from './sessions/sent-picture.ts';
import type { SessionSockets } from './sessions/session-sockets.ts';
import { SlotsPerHolder } from './slots.ts';
import { buildYoga, type Yoga } from './yoga.ts';

export interface GatewayOptions {
  readonly parts: AppParts & { readonly sessionSockets: SessionSockets };
  readonly pictures: Pictures;
  readonly dashboardUrl: URL;
  readonly addresses: ClientAddresses;
  readonly logger: Logger;
}

export interface Gateway extends DoorHandlers {
  /** Open sockets by path. */
  readonly sockets: () => Record<string, number>;
  readonly routeOf: (path: string) => Route | undefined;
}

/** Paths that need no sign-in: the sign-in page, and scripts, styles and icons of pages. */
const OPEN_PAGES = /^\/app\/(sign-in$|_next\/|[\w.-]+\.(svg|ico|png|webmanifest|txt)$)/;
/** Matches paths that another server might resolve to a parent folder. */
const CLIMBS = /\.\.|%2e|%2f|%5c|\\/i;
const MAX_MESSAGE_BYTES = 64 * 1024;
/** A picture above its own limit is refused with the reason; one above this closes the socket. */
const MAX_SESSION_MESSAGE_BYTES = 2 * MAX_PICTURE_BYTES;
const SESSION_PATH = /^\/ws\/([\w-]{1,100})$/;
/** A socket is destroyed when its client does not answer a close within this time. */
const CLOSE_WITHIN_MS = 1_000;
const MAX_SOCKETS_OF_USER = 100;

/** An address of no page. The dashboard answers it with its page for what is not found. */
const NO_PAGE = '/app/not-found';

/** Routes that hono does not serve: pages and sockets. */
const OTHER_ROUTES = [
  { method: 'GET', path: '/app' },
  { method: 'GET', path: '/app/*' },
  { method: 'GET', path: '/live' },
  { method: 'GET', path: '/ws/:id' },
];

/** Builds the handlers of the front door: pages, GraphQL, REST and sockets. */
export function buildGateway(options: GatewayOptions): Gateway {
  const { parts, logger, dashboardUrl, addresses } = options;
  const yoga = buildYoga(parts, logger);
  const app = buildApp(parts, addresses, yoga, logger);
  // A HEAD request would open a stream that nobody reads.
  const routes = new RouteTable(
    [...app.routes, ...OTHER_ROUTES].filter(({ method }) => method !== 'ALL'),
    {
      withoutHead: ['/graphql', '/live', '/ws/:id'],
    },
  );
  const errorHandler = (error: unknown): Response => problemResponse(400, 'BAD_INPUT', messageOf(error));
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false, errorHandler });
  const sockets = buildSockets(options, yoga);

  const pages = (incoming: IncomingMessage, outgoing: ServerResponse, path: string): void => {
    if (!isDecodable(path)) incoming.url = NO_PAGE;
    const pass = (): void => passToPages(dashboardUrl, incoming, outgoing, addresses.of(incoming));
    if (OPEN_PAGES.test(path) && !CLIMBS.test(path)) {
      pass();
      return;
    }
    identify(options, incoming).then(
      viewer => {
        if (viewer !== undefined) return pass();
        const next = (incoming.url ?? '').slice('/app'.length) || '/';
        const location = `/app/sign-in?next=${encodeURIComponent(next)}`;
        void sendResponse(incoming, outgoing, new Response(null, { status: 303, headers: { location } }));
      },
      (error: unknown) => void sendResponse(incoming, outgoing, failure(error)),
    );
  };

  return {
    sockets: sockets.count,
    routeOf: path => routes.find(path),
    request(incoming, outgoing) {
      const path = pathOf(incoming);
      const answer = routes.answer(incoming.method ?? '', path) ?? bodyRefusal(incoming, path);
      if (answer !== undefined) void sendResponse(incoming, outgoing, answer);
      else if (path === '/app' || path.startsWith('/app/')) pages(incoming, outgoing, path);
      else void listener(incoming, outgoing);
    },
    upgrade(incoming, socket, head) {
      socket.on('error', () => socket.destroy());
      const { origin, host } = incoming.headers;
      if (!sameOrigin(origin, host))
        return refuseUpgrade(socket, 403, 'CROSS_SITE', `a page of ${origin} may not open sockets here`);
      identify(options, incoming)
        .then(viewer => {
          if (viewer === undefined) throw new UnauthenticatedError();
          return sockets.upgrade(incoming, socket, head, viewer);
        })
        .catch((error: unknown) => {
          const { status, code, message } = clientErrorOf(error);
          refuseUpgrade(socket, status, code, message);
        });
    },
  };
}

/** Refuses a body by its headers; undefined: the body may be sent. */
function bodyRefusal(incoming: IncomingMessage, path: string): Response | undefined {
  try {
    checkBodyHeaders(incoming, isUpload(incoming) ? MOST_MODEL_BYTES : maxBodyBytes(path));
    return undefined;
  } catch (error) {
    return failure(error);
  }
}

const failure = (error: unknown): Response =>
  problemOfError(error) ?? problemResponse(500, 'INTERNAL', 'an internal error occurred');

const clientErrorOf = (error: unknown): ClientError =>
  error instanceof ClientError ? error : new UnavailableError('an internal error occurred: try again in a moment');

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const pathOf = ({ url }: IncomingMessage): string => (url ?? '/').split('?')[0] ?? '/';

async function identify({ parts, addresses }: GatewayOptions, incoming: IncomingMessage): Promise<Viewer | undefined> {
  const { cookie, authorization } = incoming.headers;
  const address = addresses.of(incoming);
  return (await parts.authentication.identify({ cookie, authorization, address }))?.viewer;
}

/** `/live`: pictures. `/graphql`: subscriptions by graphql-ws. `/ws/{id}`: camera sessions. */
function buildSockets({ parts, pictures, logger }: GatewayOptions, yoga: Yoga) {
  const live = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false });
  const graphql = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false });
  const ofSession = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_SESSION_MESSAGE_BYTES,
    perMessageDeflate: false,
  });
  for (const server of [live, graphql, ofSession])
    server.on('wsClientError', (error, socket) => refuseUpgrade(socket, 400, 'BAD_INPUT', error.message));
  const viewers = new WeakMap<IncomingMessage, Viewer>();
  const hold = (opened: WebSocket, viewer: Viewer): void => {
    const release = parts.streams.hold(viewer, reason => {
      opened.close(CLOSE_CODES[reason], reason);
      setTimeout(() => opened.terminate(), CLOSE_WITHIN_MS).unref();
    });
    opened.once('close', release);
  };
  const ofUser = new SlotsPerHolder(MAX_SOCKETS_OF_USER);
  useServer(
    graphqlSockets(yoga, request => viewers.get(request), logger),
    graphql,
  );
  return {
    count: () => ({ '/live': live.clients.size, '/graphql': graphql.clients.size, '/ws': ofSession.clients.size }),
    /** Rejects with ClientError. */
    async upgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer, viewer: Viewer): Promise<void> {
      const path = pathOf(incoming);
      const sessionId = SESSION_PATH.exec(path)?.[1];
      if (path !== '/live' && path !== '/graphql' && sessionId === undefined)
        throw new NotFoundError(`there is no socket at ${path}`);
      const session = sessionId === undefined ? undefined : await startedSession(parts, viewer, sessionId);
      const release = ofUser.take(viewer.userId);
      if (release === undefined)
        throw new TooManyRequestsError(`you have ${MAX_SOCKETS_OF_USER} open sockets: close some of them`, 10);
      socket.once('close', release);
      viewers.set(incoming, viewer);
      const server = session !== undefined ? ofSession : path === '/live' ? live : graphql;
      server.handleUpgrade(incoming, socket, head, opened => {
        hold(opened, viewer);
        if (session !== undefined) parts.sessionSockets.serve(opened, viewer, session);
        else if (server === live) pictures.serve(opened, viewer);
        else graphql.emit('connection', opened, incoming);
      });
    },
  };
}

/** The viewer's session. Rejects with ClientError when there is none, or when it is not started. */
async function startedSession({ cameraSessions }: AppParts, viewer: Viewer, sessionId: string): Promise<CameraSession> {
  const session = await cameraSessions.find(viewer.userId, sessionId);
  if (session === undefined) throw new NotFoundError(`there is no session ${sessionId}: create another one`);
  if (session.state !== 'started')
    throw new BadInputError('state', `the session is ${session.state}: POST /api/v1/session/${sessionId}/start first`);
  return session;
}

/** False: the path has a `%` that begins no character, so no server can tell what it names. */
function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}
