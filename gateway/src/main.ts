import { createLogger, type HealthReport, runProcess } from '@sightline/processors/process';
import { clientAddresses } from './auth/client-address.ts';
import { readEnv } from './env.ts';
import { openFrontDoor } from './front-door.ts';
import { buildGateway } from './gateway.ts';
import type { Route } from './http/route-table.ts';
import { Metrics } from './metrics.ts';
import { gatewayTopics, openParts } from './parts.ts';

const env = readEnv();
const LOOPBACK = '127.0.0.1';
const now = {
  sockets: (): Record<string, number> => ({}),
  sessions: () => 0,
  subscribers: () => 0,
  routeOf: (_path: string): Route | undefined => undefined,
};
const addresses = clientAddresses(env.TRUSTED_PROXIES);
const metrics = new Metrics({
  sockets: () => now.sockets(),
  sessions: () => now.sessions(),
  subscribers: () => now.subscribers(),
});
const listener = await metrics.listen(LOOPBACK, env.METRICS_PORT);

const door = await openFrontDoor({
  host: env.GATEWAY_HOST,
  port: env.GATEWAY_PORT,
  logger: createLogger('gateway', env.LOG_LEVEL),
  onAnswered: (method, path, status, seconds) => metrics.request(method, now.routeOf(path), status, seconds),
  isProxy: addresses.isProxy,
  limits: { connectionsPerAddress: env.CONNECTIONS_PER_ADDRESS },
});

await runProcess({
  service: 'gateway',
  env,
  topics: gatewayTopics,
  async start(context) {
    const parts = await openParts(env, context);
    const { pictures, feed } = parts;
    const dashboardUrl = new URL(env.DASHBOARD_URL);
    const gateway = buildGateway({ parts, pictures, dashboardUrl, addresses, logger: context.logger });
    now.sockets = gateway.sockets;
    now.sessions = () => parts.sessionSockets.sessions;
    now.routeOf = gateway.routeOf;
    now.subscribers = () => feed.listeners;
    door.serve(gateway);
    context.logger.info({ url: door.url, metrics: listener.address() }, 'the front door is open');
    return {
      report(): HealthReport {
        const { status, components } = parts.health.report();
        const trouble = components.flatMap(({ kind, name, message }) =>
          kind === 'part' && message ? [`${name}: ${message}`] : [],
        );
        const control = parts.control.health();
        if (control.reason !== undefined) trouble.push(control.reason);
        const own = trouble.length === 0 ? 'healthy' : status === 'unhealthy' ? 'unhealthy' : 'degraded';
        return {
          status: own,
          details: {
            ...(trouble.length > 0 && { reason: trouble.join('; ') }),
            control: control.details,
            subscribers: feed.listeners,
            sockets: gateway.sockets(),
            pictures: pictures.counts,
          },
        };
      },
      async stop() {
        await door.close();
        listener.close();
        await parts.close();
      },
    };
  },
});
