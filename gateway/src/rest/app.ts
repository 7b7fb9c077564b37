import { OpenAPIHono } from '@hono/zod-openapi';
import type { Logger } from '@sightline/processors/process';
import { etag } from 'hono/etag';
import { type Credentials, SESSION_COOKIE } from '../auth/authentication.ts';
import type { ClientAddresses } from '../auth/client-address.ts';
import { maybeForged } from '../auth/forgery.ts';
import { CrossSiteError, UnauthenticatedError } from '../errors.ts';
import { onError, problemResponse } from '../http/problem.ts';
import { isUpload, maxBodyBytes, readBody } from '../http/request-body.ts';
import { SECURITY_HEADERS } from '../http/security-headers.ts';
import { closingHeaders } from '../http/unread-body.ts';
import type { Yoga } from '../yoga.ts';
import type { App, AppEnv, AppParts } from './app-env.ts';
import { authRoutes } from './auth-routes.ts';
import { docsPage } from './docs-page.ts';
import { evidenceRoutes } from './evidence-routes.ts';
import { healthRoutes } from './health-routes.ts';
import { keptAnswers } from './kept-answers.ts';
import { modelRoutes } from './model-routes.ts';
import { modelTrialRoutes } from './model-trial-routes.ts';
import { sessionRoutes } from './session-routes.ts';
import { violationRoutes } from './violation-routes.ts';

/** Paths that need no sign-in. Every other path needs one, also a new path. */
const OPEN_PATHS: ReadonlySet<string> = new Set(['/', '/health', '/health/live', '/health/ready', '/auth/login']);

/** Paths with answers that may be kept. Each answer says whether it is one of these. */
const KEPT_PATHS = ['/graphql', '/api/violations/*', '/api/violations-list', '/api/statistics'];

/** Builds all routes except the pages: REST, GraphQL, sign-in, health. */
export function buildApp(parts: AppParts, addresses: ClientAddresses, yoga: Yoga, logger: Logger): App {
  const app: App = new OpenAPIHono<AppEnv>({ defaultHook: invalidInput });
  app.onError(onError(logger));
  app.notFound(context => problemResponse(404, 'NOT_FOUND', `there is nothing at ${context.req.path}`));

  app.use(async (context, next) => {
    await next();
    const { headers } = context.res;
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) headers.set(name, value);
    const { incoming } = context.env;
    if (incoming) for (const [name, value] of Object.entries(closingHeaders(incoming))) headers.set(name, value);
    if (headers.get('content-type')?.startsWith('text/event-stream')) {
      headers.set('cache-control', 'no-cache, no-transform');
      headers.set('x-accel-buffering', 'no'); // stops nginx from buffering events
    } else if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
  });
  app.use(async (context, next) => {
    const header = (name: string): string | undefined => context.req.header(name);
    const { incoming } = context.env;
    const credentials: Credentials = {
      cookie: header('cookie'),
      authorization: header('authorization'),
      address: incoming ? addresses.of(incoming) : '',
    };
    context.set('credentials', credentials);
    if (OPEN_PATHS.has(context.req.path)) return next();
    const identity = await parts.authentication.identify(credentials);
    if (identity === undefined) throw new UnauthenticatedError();
    const reads = (context.req.method === 'GET' || context.req.method === 'HEAD') && context.req.path !== '/graphql';
    if (!reads && identity.by === 'cookie' && maybeForged(header)) throw new CrossSiteError();
    context.set('identity', identity);
    return next();
  });
  // No body is read before this line: the user is known here, or the path is open and its body small. An upload's route
  // reads its own.
  app.use(async (context, next) => {
    const { incoming, outgoing } = context.env;
    const takesBody = context.req.method !== 'GET' && context.req.method !== 'HEAD';
    if (takesBody && incoming && outgoing && !isUpload(incoming))
      await readBody(incoming, outgoing, maxBodyBytes(context.req.path));
    return next();
  });
  const keeping = keptAnswers(parts);
  for (const path of KEPT_PATHS) app.use(path, keeping);
  app.use('/api/evidence/*', etag());

  healthRoutes(app, parts);
  authRoutes(app, parts);
  violationRoutes(app, parts);
  evidenceRoutes(app, parts);
  modelRoutes(app, parts);
  modelTrialRoutes(app, parts);
  sessionRoutes(app, parts);
  app.on(['GET', 'POST'], '/graphql', async context =>
    withReason(await yoga.fetch(context.req.raw, { viewer: context.get('identity').viewer })),
  );
  const schemes = app.openAPIRegistry;
  schemes.registerComponent('securitySchemes', 'cookie', { type: 'apiKey', in: 'cookie', name: SESSION_COOKIE });
  schemes.registerComponent('securitySchemes', 'bearer', { type: 'http', scheme: 'bearer' });
  schemes.registerComponent('securitySchemes', 'basic', { type: 'http', scheme: 'basic' });
  app.doc31('/openapi.json', {
    openapi: '3.1.0',
    security: [{ cookie: [] }, { bearer: [] }, { basic: [] }],
    info: {
      title: 'Sightline',
      version: '1',
      description:
        'Violations, evidence, camera sessions and health. Sign in with POST /auth/login, or send login and password as HTTP Basic.',
    },
  });
  app.get('/docs', context => context.html(docsPage(app)));
  app.get('/', context =>
    context.req.header('accept')?.includes('text/html')
      ? context.redirect('/app', 303)
      : context.json({
          service: 'sightline',
          app: '/app',
          graphql: '/graphql',
          openapi: '/openapi.json',
          docs: '/docs',
          health: '/health',
        }),
  );
  return app;
}

type Hook = NonNullable<NonNullable<ConstructorParameters<typeof OpenAPIHono<AppEnv>>[0]>['defaultHook']>;

const invalidInput: Hook = result => {
  if (result.success) return undefined;
  const [issue] = result.error.issues;
  return problemResponse(400, 'BAD_INPUT', issue?.message ?? 'the request is not valid', {
    field: issue?.path.join('.') || 'body',
  });
};

/** GraphQL over HTTP refuses these without a body. */
const REASONS: Readonly<Record<number, string>> = {
  406: 'the Accept header allows no answer: accept application/graphql-response+json, application/json or text/event-stream',
  415: 'the Content-Type is not supported: send application/json',
};

function withReason(response: Response): Response {
  const reason = REASONS[response.status];
  return reason === undefined ? response : problemResponse(response.status, 'BAD_INPUT', reason);
}
