import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLogger } from '@sightline/processors/process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { type TestDatabase, testDatabase } from '../testing/test-database.ts';
import { openClickHouse } from './clickhouse.ts';

const logger = createLogger('test', 'silent');
const Any = z.unknown();
let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

test('a query that ClickHouse refuses is the caller’s error, and other queries go on', async () => {
  const clickhouse = openClickHouse({ ...database.address, logger });
  const zone = 'SELECT toStartOfHour(now(), {zone:String})';
  for (const [sql, params] of [
    [zone, { zone: '+05:00' }],
    ['SELECT {n:UInt8}', { n: '1e300' }],
    ['SELEC 1', {}],
    ['SELECT * FROM numbers(1000000)', {}],
    [zone, { zone: '\ud800' }],
  ] as const)
    await expect(clickhouse.rows(sql, params, Any)).rejects.toMatchObject({ code: 'BAD_INPUT', status: 400 });
  expect(clickhouse.reached()).toBe(true);
  expect(await clickhouse.rows('SELECT 1 AS one', {}, Any)).toEqual([{ one: 1 }]);
  await clickhouse.close();
});

test('a list of many thousand ids arrives complete', async () => {
  const clickhouse = openClickHouse({ ...database.address, logger });
  const ids = Array.from({ length: 50_000 }, (_, n) => n.toString(16).padStart(32, '0'));
  const sql = 'SELECT length({ids:Array(String)}) AS count, {ids:Array(String)}[-1] AS last';
  expect(await clickhouse.rows(sql, { ids }, Any)).toEqual([{ count: 50_000, last: ids.at(-1) }]);
  await clickhouse.close();
});

test('a missing table and an unreachable server are outages', async () => {
  const missing = openClickHouse({ ...database.address, logger });
  await expect(missing.rows('SELECT 1 FROM no_table', {}, Any)).rejects.toMatchObject({ reason: 'away' });
  expect(missing.reached()).toBe(false);
  expect(await missing.ping()).toBeUndefined();
  expect(missing.reached()).toBe(true);
  await missing.close();
  const away = openClickHouse({ ...database.address, url: 'http://127.0.0.1:9', logger });
  expect(await away.ping()).toMatchObject({ code: 'CLICKHOUSE_UNAVAILABLE', reason: 'away' });
  await away.close();
});

test('one long query is slow and does not affect the others; a server that never answers is slow for all', async () => {
  const clickhouse = openClickHouse({ ...database.address, logger });
  const long = 'SELECT sleepEachRow(1) FROM numbers(20) SETTINGS max_block_size = 1';
  await expect(clickhouse.rows(long, {}, Any)).rejects.toMatchObject({ reason: 'slow' });
  expect(clickhouse.reached()).toBe(true);
  await clickhouse.close();

  const silent = createServer(() => {});
  await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as AddressInfo;
  const hung = openClickHouse({ ...database.address, url: `http://127.0.0.1:${port}`, logger });
  expect(await hung.ping()).toMatchObject({ reason: 'slow' });
  const askedAtMs = Date.now();
  await expect(hung.rows('SELECT 1', {}, Any)).rejects.toMatchObject({ reason: 'slow' });
  expect(Date.now() - askedAtMs).toBeLessThan(1_000); // a hanging ClickHouse is known, so the question fails at once
  await hung.close();
  silent.closeAllConnections();
  silent.close();
});
