import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { topics } from '@sightline/schemas';
import { type ProcessContext, type RunningProcess, runProcess } from '../process/index.ts';
import { startAudit } from './audit.ts';
import { clickHouseWriter } from './block-writer.ts';
import { startSink } from './clickhouse-sink.ts';
import { env } from './env.ts';
import { sinkHealth } from './sink-health.ts';
import { sinkTables } from './table.ts';

async function start({ cell, logger, fail }: ProcessContext): Promise<RunningProcess> {
  const deadlineMs = Math.floor((env.SINK_SESSION_TIMEOUT_MS * 2) / 3);
  const client = createClient({
    url: env.CLICKHOUSE_URL,
    username: env.CLICKHOUSE_USER,
    password: env.CLICKHOUSE_PASSWORD,
    database: env.CLICKHOUSE_DATABASE,
    request_timeout: 60_000,
    log: { level: ClickHouseLogLevel.OFF }, // what fails is said once, by the sink
  });
  const sink = await startSink({
    cell,
    tables: sinkTables,
    writer: clickHouseWriter(client, { deadlineMs }),
    limits: { maxRows: env.SINK_MAX_ROWS, maxBytes: env.SINK_MAX_BYTES },
    sessionTimeoutMs: env.SINK_SESSION_TIMEOUT_MS,
    instanceId: env.GROUP_INSTANCE_ID,
    logger,
    onFatal: fail,
  });
  const audits = startAudit(client, sinkTables);
  return {
    report: () => sinkHealth(sink, audits),
    async stop() {
      audits.close();
      await sink.close();
      await client.close();
    },
  };
}

await runProcess({
  service: 'sink',
  env,
  topics: [...sinkTables.map(({ topic }) => topic), topics.deadLetters],
  start,
});
