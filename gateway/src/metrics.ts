import { createServer, type Server } from 'node:http';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Route } from './http/route-table.ts';

/** Metrics for Prometheus, on a separate listener. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests: Counter<'method' | 'route' | 'status'>;
  readonly #durations: Histogram<'method' | 'route'>;

  /**
   * `sockets`: number of open sockets by path. `sessions`: number of camera sessions with a socket. `subscribers`: number
   * of subscribers of violationEvents.
   */
  constructor(now: {
    readonly sockets: () => Readonly<Record<string, number>>;
    readonly sessions: () => number;
    readonly subscribers: () => number;
  }) {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    const labelNames = ['method', 'route', 'status'] as const;
    this.#requests = new Counter({ name: 'api_requests_total', help: 'Requests answered', labelNames, registers });
    this.#durations = new Histogram({
      name: 'api_requests_duration_seconds',
      help: 'From request to the last byte of the answer; streams until they end',
      labelNames: ['method', 'route'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers,
    });
    new Gauge({
      name: 'websocket_connections',
      help: 'Open WebSockets',
      labelNames: ['path'],
      registers,
      collect() {
        for (const [path, count] of Object.entries(now.sockets())) this.set({ path }, count);
      },
    });
    new Gauge({
      name: 'active_sessions',
      help: 'Camera sessions with an open socket at this gateway',
      registers,
      collect() {
        this.set(now.sessions());
      },
    });
    new Gauge({
      name: 'violation_subscribers',
      help: 'Open streams of violation events',
      registers,
      collect() {
        this.set(now.subscribers());
      },
    });
  }

  /** `found`: from the route table; undefined for an unknown path. No text from a client becomes a label. */
  request(method: string, found: Route | undefined, status: number, seconds: number): void {
    const route = found?.path ?? OTHER;
    const taken = found?.methods.has(method) ? method : OTHER;
    this.#requests.inc({ method: taken, route, status: String(status) });
    this.#durations.observe({ method: taken, route }, seconds);
  }

  /** Answers GET /metrics. */
  async listen(host: string, port: number): Promise<Server> {
    const server = createServer(async (request, response) => {
      if (request.url !== '/metrics') {
        response.writeHead(404).end();
        return;
      }
      response.writeHead(200, { 'content-type': this.#registry.contentType }).end(await this.#registry.metrics());
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, resolve);
    });
    return server;
  }
}

const OTHER = 'other';
