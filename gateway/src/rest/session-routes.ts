import { createRoute, z } from '@hono/zod-openapi';
import { WEBCAM_URL } from '@sightline/schemas';
import { currentViewer, type Viewer } from '../auth/viewer.ts';
import { BadInputError, NotFoundError } from '../errors.ts';
import { visibleCamera } from '../queries/configuration.ts';
import type { CameraSession } from '../sessions/camera-sessions.ts';
import type { App, AppParts } from './app-env.ts';
import { problems } from './schemas.ts';

const MAX_CAMERAS = 16;

const Create = z
  .object({
    cameraIds: z
      .array(z.string().min(1).max(200))
      .min(1, 'cameraIds must name at least one camera')
      .max(MAX_CAMERAS, `cameraIds may name at most ${MAX_CAMERAS} cameras`)
      .openapi({
        description: 'Cameras that the socket shows. Pictures may be sent for those with the address webcam:.',
      }),
  })
  .openapi('CreateSession');

const Session = z
  .object({
    sessionId: z.string(),
    cameraIds: z.array(z.string()),
    state: z.enum(['created', 'started', 'stopped']),
    createdAt: z.string().openapi({ format: 'date-time' }),
    socket: z.string().openapi({ description: 'Path of its WebSocket.' }),
  })
  .openapi('Session');

const SessionStatus = z
  .object({
    sessionId: z.string(),
    state: z.enum(['created', 'started', 'stopped']),
    cameras: z.array(
      z.object({
        cameraId: z.string(),
        name: z.string(),
        webcam: z.boolean().openapi({ description: 'True: its pictures come by the socket of a session.' }),
        active: z.boolean(),
        state: z.enum(['connecting', 'connected', 'down', 'ended', 'broken', 'unknown']),
        message: z.string().nullable().openapi({ description: 'The problem and what to do; null: there is none.' }),
        fps: z.number(),
        drops: z.record(z.string(), z.number()).openapi({ description: 'Pictures left out in this epoch, by reason.' }),
      }),
    ),
  })
  .openapi('SessionStatus');

const json = <T extends z.ZodType>(schema: T, description: string) => ({
  content: { 'application/json': { schema } },
  description,
});

const params = z.object({ id: z.string().max(100) });
const ofSession = { request: { params } };

const create = createRoute({
  method: 'post',
  path: '/api/v1/session/create',
  summary:
    'Creates a session of cameras. Start it, then open its WebSocket /ws/{id}: it sends detections and statuses, and takes the pictures of webcams. A session that nobody uses ends after ten minutes, one whose socket was lost after ten seconds.',
  request: { body: { content: { 'application/json': { schema: Create } }, required: true } },
  responses: { 201: json(Session, 'Created.'), ...problems(400, 401, 403, 429, 503) },
});

const get = createRoute({
  method: 'get',
  path: '/api/v1/session/{id}',
  summary: 'One of your sessions.',
  ...ofSession,
  responses: { 200: json(Session, 'The session.'), ...problems(401, 404, 503) },
});

const status = createRoute({
  method: 'get',
  path: '/api/v1/session/{id}/status',
  summary: 'The session with the present state of its cameras.',
  ...ofSession,
  responses: { 200: json(SessionStatus, 'State of the session and its cameras.'), ...problems(401, 404, 503) },
});

const start = createRoute({
  method: 'post',
  path: '/api/v1/session/{id}/start',
  summary:
    'Starts the session, so that its socket may be opened. The socket takes binary messages: the length of a header in bytes (4 bytes, big endian), the header as JSON with cameraId and capturedAtMs, and a JPEG of at most 1 MiB and 1920 x 1080 pixels. Each gets one answer: {"type":"taken"} or {"type":"refused","code","message"}. The socket sends {"type":"detections"}, {"type":"camera"} with statuses, and {"type":"heartbeat"} every two seconds.',
  ...ofSession,
  responses: { 200: json(Session, 'Started.'), ...problems(401, 403, 404, 503) },
});

const stop = createRoute({
  method: 'post',
  path: '/api/v1/session/{id}/stop',
  summary: 'Stops the session: its sockets close within seconds, and its webcams are down. It can be started again.',
  ...ofSession,
  responses: { 200: json(Session, 'Stopped.'), ...problems(401, 403, 404, 503) },
});

const remove = createRoute({
  method: 'delete',
  path: '/api/v1/session/{id}',
  summary: 'Stops the session and forgets it.',
  ...ofSession,
  responses: { 204: { description: 'Gone.' }, ...problems(401, 403, 404, 503) },
});

const shown = ({ sessionId, cameraIds, state, createdAtMs }: CameraSession): z.infer<typeof Session> => ({
  ...{ sessionId, cameraIds: [...cameraIds], state },
  createdAt: new Date(createdAtMs).toISOString(),
  socket: `/ws/${sessionId}`,
});

/** Camera sessions. Each user finds only their own. */
export function sessionRoutes(app: App, { cameraSessions, fold, statuses }: AppParts): void {
  const own = async (viewer: Viewer, sessionId: string): Promise<CameraSession> =>
    known(await cameraSessions.find(viewer.userId, sessionId), sessionId);
  app.openapi(create, async context => {
    const { viewer } = context.get('identity');
    const cameraIds = [...new Set(context.req.valid('json').cameraIds)];
    const missing = cameraIds.find(cameraId => visibleCamera(fold, viewer, cameraId) === undefined);
    if (missing !== undefined) throw new BadInputError('cameraIds', `there is no camera ${missing}`);
    return context.json(shown(await cameraSessions.create(viewer.userId, cameraIds, Date.now())), 201);
  });
  app.openapi(get, async context => {
    const { viewer } = context.get('identity');
    return context.json(shown(await own(viewer, context.req.valid('param').id)), 200);
  });
  app.openapi(status, async context => {
    const { viewer } = context.get('identity');
    const { sessionId, state, cameraIds } = await own(viewer, context.req.valid('param').id);
    const cameras = cameraIds.flatMap(cameraId => {
      const camera = visibleCamera(fold, currentViewer(fold, viewer), cameraId);
      if (camera === undefined) return [];
      const { name, active, url } = camera;
      const { state: is = 'connecting', message = null, fps = 0, drops = {} } = statuses.get(cameraId) ?? {};
      return { cameraId, name, webcam: url === WEBCAM_URL, active, state: is, message, fps, drops: { ...drops } };
    });
    return context.json({ sessionId, state, cameras }, 200);
  });
  for (const [route, next] of [
    [start, 'started'],
    [stop, 'stopped'],
  ] as const) {
    app.openapi(route, async context => {
      const { viewer } = context.get('identity');
      const session = await own(viewer, context.req.valid('param').id);
      return context.json(shown(known(await cameraSessions.become(session, next, Date.now()), session.sessionId)), 200);
    });
  }
  app.openapi(remove, async context => {
    const { viewer } = context.get('identity');
    await cameraSessions.remove(await own(viewer, context.req.valid('param').id));
    return context.body(null, 204);
  });
}

function known(session: CameraSession | undefined, sessionId: string): CameraSession {
  if (session !== undefined) return session;
  throw new NotFoundError(`there is no session ${sessionId}: it ended, or it never was; create another one`);
}
