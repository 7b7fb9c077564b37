import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { HealthReport } from './health-report.ts';

/** `lagRecords` -> `lag_records`. */
const snake = (name: string): string =>
  name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`).replace(/[^a-z0-9_]/g, '_');

/**
 * The metrics of a process for Prometheus: Node's own, those of `own` if there are any, `health_status` (1 healthy, 0.5 degraded, 0 unhealthy), and
 * every number of the health details as `<service>_<name>`. A group of numbers (`skipped: {newer: 3}`) becomes one
 * metric with the label `kind`.
 */
export function processMetrics(
  service: string,
  report: () => HealthReport,
  own: () => Registry | undefined,
): () => Promise<string> {
  const runtime = new Registry();
  collectDefaultMetrics({ register: runtime });
  return async () => {
    const { status, details } = report();
    const now = new Registry();
    const gauge = (name: string, help: string, labelNames: readonly string[] = []): Gauge =>
      new Gauge({ name, help, labelNames: [...labelNames], registers: [now] });
    gauge('health_status', '1 healthy, 0.5 degraded, 0 unhealthy').set(
      status === 'healthy' ? 1 : status === 'degraded' ? 0.5 : 0,
    );
    for (const [key, value] of Object.entries(details)) {
      const name = `${snake(service)}_${snake(key)}`;
      if (typeof value === 'number') gauge(name, `${key} of /health`).set(value);
      const group = numbersIn(value);
      if (group.length === 0) continue;
      const grouped = gauge(name, `${key} of /health, by kind`, ['kind']);
      for (const [kind, count] of group) grouped.set({ kind }, count);
    }
    const texts = [runtime, ...[own() ?? []].flat(), now].map(registry => registry.metrics());
    return (await Promise.all(texts)).join('\n');
  };
}

function numbersIn(value: unknown): readonly (readonly [kind: string, count: number])[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([kind, count]) => (typeof count === 'number' ? [[kind, count] as const] : []));
}
