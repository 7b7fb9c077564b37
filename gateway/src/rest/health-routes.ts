import { createRoute } from '@hono/zod-openapi';
import type { ComponentHealth, SystemHealth } from '../health/system-health.ts';
import { visibleDetails } from '../queries/visible-details.ts';
import type { App, AppParts } from './app-env.ts';
import { HealthSchema, problems } from './schemas.ts';

const health = createRoute({
  method: 'get',
  path: '/api/health',
  summary:
    'The health of every process and of the parts that they need. Details tell of cameras that the user may see.',
  responses: {
    200: { content: { 'application/json': { schema: HealthSchema } }, description: 'The state.' },
    ...problems(401),
  },
});

/** `visible` gives the details that the reader may see. */
function systemJson(report: SystemHealth, visible: (all: ComponentHealth['details']) => ComponentHealth['details']) {
  const { status, service, version, timestampMs, components } = report;
  const details = Object.fromEntries(
    components.map(({ name, kind, status: state, message, sentence, checkedAtMs, details: more }) => [
      name,
      {
        kind,
        status: state,
        message,
        sentence,
        checkedAt: new Date(checkedAtMs).toISOString(),
        details: visible(more),
      },
    ]),
  );
  return { status, service, version, timestamp: new Date(timestampMs).toISOString(), details };
}

export function healthRoutes(app: App, parts: AppParts): void {
  // This app exists only after all its parts have caught up. Until then the front door answers 503.
  const up = () => {
    const { service, version, timestampMs } = parts.health.report();
    return { status: 'healthy', service, version, timestamp: new Date(timestampMs).toISOString(), details: {} };
  };
  // These paths are open to all, so they give no details. Signed-in users find details at /api/health.
  app.get('/health/live', context => context.json(up()));
  app.get('/health/ready', context => context.json(up()));
  app.get('/health', context => {
    const { status, service, version, timestampMs } = parts.health.report();
    const timestamp = new Date(timestampMs).toISOString();
    return context.json({ status, service, version, timestamp, details: {} }, status === 'unhealthy' ? 503 : 200);
  });
  app.openapi(health, context => {
    const { viewer } = context.get('identity');
    return context.json(
      systemJson(parts.health.report(), all => visibleDetails(parts.fold, viewer, all)),
      200,
    );
  });
}
