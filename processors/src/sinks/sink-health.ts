import type { HealthReport } from '../process/index.ts';
import type { Auditor } from './audit.ts';
import type { Sink } from './clickhouse-sink.ts';

/** ClickHouse delays inserts at 1,000 parts (`parts_to_delay_insert`); health warns at this number. */
const MANY_PARTS = 500;

/** Degraded: the sink waits for a service and loses nothing. Unhealthy: the tables differ from the log. */
export function sinkHealth(sink: Sink, audits: Pick<Auditor, 'tables' | 'failure'>): HealthReport {
  const partitions = sink.partitions();
  const waiting = partitions.find(({ waitingFor }) => waitingFor !== null);
  const wrong = audits.tables.find(({ doubled, repeated }) => doubled !== 0 || (repeated ?? 0) !== 0);
  const lacking = audits.tables.find(({ missing }) => missing > 0);
  const forgetful = audits.tables.find(({ tokens }) => tokens === 0);
  const crowded = audits.tables.find(({ activeParts }) => activeParts >= MANY_PARTS);
  const reason =
    (wrong && `${wrong.table} has rows twice: doubled ${wrong.doubled}, repeated ${wrong.repeated}`) ??
    (lacking && `${lacking.table} lacks ${lacking.missing} rows that the sink wrote`) ??
    (forgetful && `${forgetful.table} remembers no tokens: set its non_replicated_deduplication_window`) ??
    (sink.lost > 0
      ? `${sink.lost} records were deleted before the sink read them: raise the topic's retention`
      : undefined) ??
    (waiting && `${waiting.topic}[${waiting.partition}] waits for ${waiting.waitingFor}`) ??
    (audits.failure === null ? undefined : `an audit failed: ${audits.failure}`) ??
    (crowded && `${crowded.table} has ${crowded.activeParts} parts: merges are too slow`);
  return {
    status:
      wrong || lacking || forgetful || sink.lost > 0 ? 'unhealthy' : reason === undefined ? 'healthy' : 'degraded',
    details: { ...(reason !== undefined && { reason }), partitions, audits: audits.tables, lost: sink.lost },
  };
}
