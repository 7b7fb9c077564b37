import type { HealthReport } from '../process/index.ts';
import type { Auditor, Repeat } from './audit.ts';
import type { Sink } from './clickhouse-sink.ts';

/** ClickHouse delays inserts at 1,000 parts (`parts_to_delay_insert`); health warns at this number. */
const MANY_PARTS = 500;

/**
 * Degraded: the sink waits for a service and loses nothing, or the log itself has something twice. Unhealthy: the tables
 * differ from the log.
 */
export function sinkHealth(sink: Sink, audits: Pick<Auditor, 'tables' | 'failure'>): HealthReport {
  const partitions = sink.partitions();
  const waiting = partitions.find(({ waitingFor }) => waitingFor !== null);
  const wrong = audits.tables.find(({ doubled }) => doubled !== 0);
  const lacking = audits.tables.find(({ missing }) => missing > 0);
  const forgetful = audits.tables.find(({ tokens }) => tokens === 0);
  const crowded = audits.tables.find(({ activeParts }) => activeParts >= MANY_PARTS);
  const reason =
    (wrong && `${wrong.table} has ${wrong.doubled} rows twice of one place in the log`) ??
    (lacking && `${lacking.table} lacks ${lacking.missing} rows that the sink wrote`) ??
    (forgetful && `${forgetful.table} remembers no tokens: set its non_replicated_deduplication_window`) ??
    (sink.lost > 0
      ? `${sink.lost} records were deleted before the sink read them: raise the topic's retention`
      : undefined) ??
    (waiting && `${waiting.topic}[${waiting.partition}] waits for ${waiting.waitingFor}`) ??
    (audits.failure === null ? undefined : `an audit failed: ${audits.failure}`) ??
    (crowded && `${crowded.table} has ${crowded.activeParts} parts: merges are too slow`) ??
    audits.tables.flatMap(({ table, newestRepeat }) =>
      newestRepeat === null ? [] : [repeated(table, newestRepeat)],
    )[0];
  return {
    status:
      wrong || lacking || forgetful || sink.lost > 0 ? 'unhealthy' : reason === undefined ? 'healthy' : 'degraded',
    details: { ...(reason !== undefined && { reason }), partitions, audits: audits.tables, lost: sink.lost },
  };
}

const repeated = (table: string, { identity, places }: Repeat): string =>
  `${table} counts ${identity} twice: the log has it at ${places.join(' and ')}, so another process than Sightline's wrote it; take the right to write to this topic from it (this is said for a day)`;
