import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';

/** A separate database on the test's ClickHouse, with every table; dropped at the end. */
export interface TestDatabase {
  readonly client: ClickHouseClient;
  readonly name: string;
  /** A client that reaches the same database at another address. */
  clientAt(url: string): ClickHouseClient;
  /** The single value of a query's result. */
  number(query: string): Promise<number>;
  close(): Promise<void>;
}

const quiet = { level: ClickHouseLogLevel.OFF };
const DDL = join(import.meta.dirname, '../../../../schemas/clickhouse');

/** TEST_CLICKHOUSE_URL, TEST_CLICKHOUSE_USER, TEST_CLICKHOUSE_PASSWORD. */
export async function testDatabase(): Promise<TestDatabase> {
  const url = process.env.TEST_CLICKHOUSE_URL ?? 'http://127.0.0.1:8123';
  const username = process.env.TEST_CLICKHOUSE_USER ?? 'default';
  const password = process.env.TEST_CLICKHOUSE_PASSWORD ?? '';
  const name = `test_${randomBytes(4).toString('hex')}`;
  const server = createClient({ url, username, password, log: quiet });
  await server.command({ query: `CREATE DATABASE ${name}` });
  const clientAt = (at: string) => createClient({ url: at, username, password, database: name, log: quiet });
  const client = clientAt(url);
  for (const file of readdirSync(DDL).toSorted())
    for (const query of readFileSync(join(DDL, file), 'utf8').split(/;\s*$/m))
      if (query.trim() !== '') await client.command({ query });
  return {
    client,
    name,
    clientAt,
    async number(query) {
      const answer = await client.query({ query, format: 'JSONCompactEachRow' });
      const [row] = await answer.json<readonly unknown[]>();
      return Number(row?.[0]);
    },
    async close() {
      await client.close();
      await server.command({ query: `DROP DATABASE ${name}` });
      await server.close();
    },
  };
}
