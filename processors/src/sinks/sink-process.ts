import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { topics } from '@sightline/schemas';
import { type Cell, type ProcessContext, type RunningProcess, runProcess } from '../process/index.ts';
import { startAudit } from './audit.ts';
import { type BlockWriter, clickHouseWriter } from './block-writer.ts';
import { insertDeadlineMs, startSink } from './clickhouse-sink.ts';
import { env } from './env.ts';
import { sinkHealth } from './sink-health.ts';
import { sinkTables } from './table.ts';

/** The log that a sink reads and the tables that it writes. */
export interface SinkSurroundings {
  readonly cell: Cell;
  readonly writer: BlockWriter;
}

/** Runs the sink as a process until it ends; `around` lets a trial wrap the log and the tables. */
export function runSinkProcess(around: (own: SinkSurroundings) => SinkSurroundings = own => own): Promise<void> {
  return runProcess({
    service: 'sink',
    env,
    topics: [...sinkTables.map(({ topic }) => topic), topics.deadLetters],
    start: context => start(context, around),
  });
}

async function start(
  { cell, logger, fail }: ProcessContext,
  around: (own: SinkSurroundings) => SinkSurroundings,
): Promise<RunningProcess> {
  const client = createClient({
    url: env.CLICKHOUSE_URL,
    username: env.CLICKHOUSE_USER,
    password: env.CLICKHOUSE_PASSWORD,
    database: env.CLICKHOUSE_DATABASE,
    request_timeout: 60_000,
    log: { level: ClickHouseLogLevel.OFF }, // the sink itself logs failures, once
  });
  const writer = clickHouseWriter(client, { deadlineMs: insertDeadlineMs(env.SINK_SESSION_TIMEOUT_MS) });
  const sink = await startSink({
    ...around({ cell, writer }),
    tables: sinkTables,
    limits: { maxRows: env.SINK_MAX_ROWS, maxBytes: env.SINK_MAX_BYTES },
    sessionTimeoutMs: env.SINK_SESSION_TIMEOUT_MS,
    instanceId: env.GROUP_INSTANCE_ID,
    logger,
    onFatal: fail,
  });
  const audits = startAudit(client, sinkTables, () => sink.partitions());
  return {
    report: () => sinkHealth(sink, audits),
    async stop() {
      audits.close();
      await sink.close();
      await client.close();
    },
  };
}
