import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from '@clickhouse/client';
import type { ViolationRecord } from '../live/violation-record.ts';
import type { ClickHouseOptions } from '../queries/clickhouse.ts';

const DDL = join(import.meta.dirname, '../../../schemas/clickhouse');

/** A new database with every table on the test's ClickHouse (TEST_CLICKHOUSE_URL, _USER, _PASSWORD). */
export interface TestDatabase {
  readonly address: Omit<ClickHouseOptions, 'logger'>;
  /** Writes records of `violations` as the sink does. */
  sink(records: readonly ViolationRecord[], topicId?: string): Promise<void>;
  insert(table: string, rows: readonly object[]): Promise<void>;
  empty(): Promise<void>;
  close(): Promise<void>;
}

const dateTime = (timeMs: number): string => new Date(timeMs).toISOString().replace('T', ' ').slice(0, 23);

export async function testDatabase(): Promise<TestDatabase> {
  const url = process.env.TEST_CLICKHOUSE_URL ?? 'http://127.0.0.1:8123';
  const username = process.env.TEST_CLICKHOUSE_USER ?? 'default';
  const password = process.env.TEST_CLICKHOUSE_PASSWORD ?? '';
  const database = `test_${randomBytes(4).toString('hex')}`;
  const server = createClient({ url, username, password });
  await server.command({ query: `CREATE DATABASE ${database}` });
  const client = createClient({ url, username, password, database });
  for (const file of readdirSync(DDL).toSorted())
    for (const query of readFileSync(join(DDL, file), 'utf8').split(/;\s*$/m))
      if (query.trim() !== '') await client.command({ query });
  const insert = async (table: string, values: readonly object[]): Promise<void> => {
    if (values.length > 0) await client.insert({ table, values: [...values], format: 'JSONEachRow' });
  };
  return {
    address: { url, username, password, database },
    insert,
    sink: (records, topicId = '') =>
      insert(
        'violations',
        records.map(record => ({ ...violationRow(record), _topic_id: topicId })),
      ),
    async empty() {
      for (const table of ['violations', 'evidence', 'tracks'])
        await client.command({ query: `TRUNCATE TABLE ${table}` });
    },
    async close() {
      await client.close();
      await server.command({ query: `DROP DATABASE ${database}` });
      await server.close();
    },
  };
}

export function violationRow({ partition, offset, writtenAtMs, value: violation }: ViolationRecord): object {
  return {
    violation_id: violation.violationId,
    revision: violation.revision,
    state: violation.state,
    camera_id: violation.cameraId,
    store_id: violation.storeId,
    rule_id: violation.ruleId,
    violation_type: violation.violationType,
    risk_level: violation.riskLevel,
    started_at: dateTime(violation.startedAtMs),
    last_seen_at: dateTime(violation.lastSeenAtMs),
    ended_at: violation.endedAtMs === null ? null : dateTime(violation.endedAtMs),
    violation: JSON.stringify(violation),
    _written_at: dateTime(writtenAtMs),
    _topic: 'violations',
    _partition: partition,
    _offset: String(offset),
  };
}
