import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';
import packageJson from '../../../package.json' with { type: 'json' };
import type { HealthReport } from './health-report.ts';
import { processMetrics } from './metrics.ts';

export interface HealthServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Answers GET /health, /health/ready (503 unless healthy or degraded) and /health/live as JSON, /metrics for Prometheus. */
export async function serveHealth(options: {
  readonly service: string;
  readonly host: string;
  readonly port: number;
  readonly report: () => HealthReport;
  /** Metrics of the process's own; undefined: it has none yet. */
  readonly metrics?: () => Registry | undefined;
}): Promise<HealthServer> {
  const metrics = processMetrics(options.service, options.report, () => options.metrics?.());
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0];
    if (path === '/metrics') {
      metrics().then(
        text => response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text),
        (error: unknown) => response.writeHead(500, { 'content-type': 'text/plain' }).end(`no metrics: ${error}`),
      );
      return;
    }
    if (path !== '/health' && path !== '/health/live' && path !== '/health/ready') {
      response.writeHead(404, { 'content-type': 'application/problem+json' }).end('{"title":"Not found","status":404}');
      return;
    }
    const { status, details } =
      path === '/health/live' ? { status: 'healthy' as const, details: {} } : options.report();
    const code = status === 'unhealthy' ? 503 : 200;
    response.writeHead(code, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify({
        status,
        service: options.service,
        version: packageJson.version,
        timestamp: new Date().toISOString(),
        details,
      }),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${options.host}:${port}/health`,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
