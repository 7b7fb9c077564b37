import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { getRequestListener } from '@hono/node-server';
import type { Logger } from '@sightline/processors/process';
import { useServer } from 'graphql-ws/use/ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { sameOrigin } from './auth/forgery.ts';
import { CLOSE_CODES } from './auth/open-streams.ts';
import type { Viewer } from './context.ts';
import { ClientError } from './errors.ts';
import { type DoorHandlers, refuseUpgrade } from './front-door.ts';
import type { Pictures } from './live/pictures.ts';
import { passToPages, sendResponse } from './pages-proxy.ts';
import { type AppParts, buildApp } from './rest/app.ts';
import { problemResponse } from './rest/problem.ts';
import { buildYoga, type Yoga } from './yoga.ts';

export interface GatewayOptions {
  readonly parts: AppParts;
  readonly pictures: Pictures;
  readonly dashboardUrl: URL;
  readonly logger: Logger;
}

/** Paths that need no signing in: the sign-in page, and the scripts, styles and icons of pages. */
const OPEN_PAGES = /^\/app\/(sign-in$|_next\/|[\w.-]+\.(svg|ico|png|webmanifest|txt)$)/;
/** Matches paths that another server may resolve to a parent folder. */
const CLIMBS = /\.\.|%2e|%2f|%5c|\\/i;
const MAX_MESSAGE_BYTES = 64 * 1024;
/** A socket is cut when its client does not answer a close within this time. */
const CLOSE_WITHIN_MS = 1_000;

/** Builds the handlers of the front door: pages, GraphQL, REST and sockets. */
export function buildGateway(
  options: GatewayOptions,
): DoorHandlers & { readonly sockets: () => Record<string, number> } {
  const { parts, logger, dashboardUrl } = options;
  const yoga = buildYoga(parts, logger);
  const listener = getRequestListener(buildApp(parts, yoga, logger).fetch, { overrideGlobalObjects: false });
  const sockets = buildSockets(options, yoga);

  return {
    sockets: sockets.count,
    request(incoming, outgoing) {
      const path = pathOf(incoming);
      if (path !== '/app' && !path.startsWith('/app/')) return void listener(incoming, outgoing);
      if (OPEN_PAGES.test(path) && !CLIMBS.test(path)) return passToPages(dashboardUrl, incoming, outgoing);
      identify(parts, incoming).then(
        viewer => {
          if (viewer !== undefined) return passToPages(dashboardUrl, incoming, outgoing);
          const next = (incoming.url ?? '').slice('/app'.length) || '/';
          outgoing.writeHead(303, { location: `/app/sign-in?next=${encodeURIComponent(next)}` }).end();
        },
        (error: unknown) => void sendResponse(outgoing, failure(error)),
      );
    },
    upgrade(incoming, socket, head) {
      socket.on('error', () => socket.destroy());
      const { origin, host } = incoming.headers;
      if (!sameOrigin(origin, host)) return refuseUpgrade(socket, 403);
      identify(parts, incoming).then(
        viewer => (viewer === undefined ? refuseUpgrade(socket, 401) : sockets.upgrade(incoming, socket, head, viewer)),
        () => refuseUpgrade(socket, 503),
      );
    },
  };
}

function failure(error: unknown): Response {
  return error instanceof ClientError
    ? problemResponse(error.status, error.code, error.message)
    : problemResponse(500, 'INTERNAL', 'something went wrong here');
}

const pathOf = ({ url }: IncomingMessage): string => (url ?? '/').split('?')[0] ?? '/';

async function identify(
  { authentication }: AppParts,
  { headers, socket }: IncomingMessage,
): Promise<Viewer | undefined> {
  const { cookie, authorization } = headers;
  const identity = await authentication.identify({ cookie, authorization, address: socket.remoteAddress ?? '' });
  return identity?.viewer;
}

/** `/live`: pictures. `/graphql`: subscriptions by graphql-ws. */
function buildSockets({ parts, pictures, logger }: GatewayOptions, yoga: Yoga) {
  const live = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false });
  const graphql = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false });
  const viewers = new WeakMap<IncomingMessage, Viewer>();
  const hold = (opened: WebSocket, viewer: Viewer): void => {
    const release = parts.streams.hold(viewer, reason => {
      opened.close(CLOSE_CODES[reason], reason);
      setTimeout(() => opened.terminate(), CLOSE_WITHIN_MS).unref();
    });
    opened.once('close', release);
  };
  useServer(
    {
      execute: args => envelopOf(args).execute(args),
      subscribe: args => envelopOf(args).subscribe(args),
      async onSubscribe({ extra }, _id, params) {
        const enveloped = yoga.getEnveloped({ viewer: viewers.get(extra.request) });
        const args = {
          schema: enveloped.schema,
          operationName: params.operationName,
          document: enveloped.parse(params.query),
          variableValues: params.variables,
          contextValue: await enveloped.contextFactory(),
          rootValue: { execute: enveloped.execute, subscribe: enveloped.subscribe },
        };
        const errors = enveloped.validate(args.schema, args.document);
        return errors.length > 0 ? errors : args;
      },
      onError: (_context, _id, _payload, errors) => logger.debug({ errors }, 'a subscription was refused'),
    },
    graphql,
  );
  return {
    count: () => ({ '/live': live.clients.size, '/graphql': graphql.clients.size }),
    upgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer, viewer: Viewer): void {
      const path = pathOf(incoming);
      if (path === '/live')
        live.handleUpgrade(incoming, socket, head, opened => {
          hold(opened, viewer);
          pictures.serve(opened, viewer);
        });
      else if (path === '/graphql') {
        viewers.set(incoming, viewer);
        graphql.handleUpgrade(incoming, socket, head, opened => {
          hold(opened, viewer);
          graphql.emit('connection', opened, incoming);
        });
      } else refuseUpgrade(socket, 404);
    },
  };
}

type Enveloped = Pick<ReturnType<Yoga['getEnveloped']>, 'execute' | 'subscribe'>;

/** Yoga's own execute, with its plugins, travels in the root value (graphql-ws's recipe for it). */
const envelopOf = (args: { readonly rootValue?: unknown }): Enveloped => args.rootValue as Enveloped;
