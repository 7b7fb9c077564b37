import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ClickHouseClient, createClient } from '@clickhouse/client';
import { splitStatements } from './clickhouse/tokens.ts';
import { StartError } from './errors.ts';
import { root } from './folder.ts';
import type { Addresses } from './parts.ts';

const FOLDER = join(root, 'schemas/clickhouse');
const LEDGER = `CREATE TABLE IF NOT EXISTS migrations
  (name String, sha256 String, applied_at DateTime64(3, 'UTC') DEFAULT now64(3))
  ENGINE = MergeTree ORDER BY name`;

export function clickHouseClient({ url, user, password, database }: Addresses['clickHouse']): ClickHouseClient {
  return createClient({ url, username: user, password, database, log: { level: 127 } });
}

/**
 * Applies the files `schemas/clickhouse/NNNN-*.sql` in order, each once. Returns the names of the files it applied.
 * A crash before a file's row in the ledger repeats the file, so all statements can run twice.
 * Throws MIGRATION_CHANGED when an applied file was changed afterwards.
 */
export async function migrate(address: Addresses['clickHouse'], folder: string = FOLDER): Promise<readonly string[]> {
  const first = clickHouseClient({ ...address, database: 'default' });
  await first.command({ query: `CREATE DATABASE IF NOT EXISTS \`${address.database}\`` });
  await first.close();
  const client = clickHouseClient(address);
  try {
    await client.command({ query: LEDGER });
    const rows = await client.query({ query: 'SELECT name, sha256 FROM migrations', format: 'JSONEachRow' });
    const ledger = new Map((await rows.json<{ name: string; sha256: string }>()).map(row => [row.name, row.sha256]));
    const applied: string[] = [];
    for (const name of readdirSync(folder)
      .filter(file => /^\d{4}-.*\.sql$/.test(file))
      .sort()) {
      const script = readFileSync(join(folder, name), 'utf8');
      const sha256 = createHash('sha256').update(script).digest('hex');
      const known = ledger.get(name);
      if (known === sha256) continue;
      if (known !== undefined) throw changed(name, address.database);
      for (const query of splitStatements(script)) await client.command({ query });
      await client.insert({
        table: 'migrations',
        values: [{ name, sha256 }],
        columns: ['name', 'sha256'],
        format: 'JSONEachRow',
      });
      applied.push(name);
    }
    return applied;
  } finally {
    await client.close();
  }
}

function changed(name: string, database: string): StartError {
  const fix = `restore the file and put the change into a new one with the next number; or delete all rows: DROP DATABASE ${database}`;
  return new StartError(
    'MIGRATION_CHANGED',
    `schemas/clickhouse/${name} has changed since it was applied to ${database}`,
    fix,
  );
}
