import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DataFolder } from './folder.ts';
import { clickHouseClient } from './migrate.ts';
import { startParts } from './parts.ts';
import { clickHouseRights } from './rights.ts';
import { ensureSecrets } from './secrets.ts';
import { readSettings } from './settings.ts';
import { Supervisor } from './supervisor.ts';

test('every embedded part works in a data folder whose path has spaces, quotes, commas and signs, and writes only there', async () => {
  const scratch = mkdtempSync(join(tmpdir(), 'sightline-odd-'));
  const folder = DataFolder.make(join(scratch, `files d, e`, `o'b "#1" %20é k=v ;$ & <y> 料理`));
  const secrets = ensureSecrets(folder.secrets);
  const supervisor = new Supervisor({ folder, onLine: () => undefined });
  const { SIGHTLINE_CACHE } = process.env;
  const settings = readSettings({ SIGHTLINE_CACHE });
  const needs = ['kafka', 'registry', 'redis', 'clickhouse'] as const;
  try {
    const { clickHouse } = await startParts({ folder, secrets, settings, supervisor, needs });
    const client = clickHouseClient({ ...clickHouse, database: 'default' });
    await client.command({ query: 'CREATE TABLE odd (a UInt8) ENGINE = MergeTree ORDER BY a' });
    await client.insert({ table: 'odd', values: [{ a: 7 }], format: 'JSONEachRow' });
    const rows = await client.query({ query: 'SELECT a FROM odd', format: 'JSONEachRow' });
    expect(await rows.json()).toEqual([{ a: 7 }]);
    await client.close();
    expect(await clickHouseRights({ ...clickHouse, database: 'default' })).toContain('insert');
    expect(readdirSync(folder.file('kafka'))).toContain('log');
    expect(readdirSync(folder.file('registry'))).toContain('schemas.mv.db');
    expect(readdirSync(join(scratch)).length).toBe(1);
  } finally {
    await supervisor.stop();
    rmSync(scratch, { recursive: true });
  }
}, 240_000);
