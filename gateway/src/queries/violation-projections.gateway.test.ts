import { createClient } from '@clickhouse/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ViolationFilter } from '../arguments/violation-filter.ts';
import { ViolationStore } from '../live/violation-store.ts';
import { type TestDatabase, testDatabase } from '../testing/test-database.ts';
import { filterParams, statisticsSql } from './violation-sql.ts';

let database: TestDatabase;
let client: ReturnType<typeof createClient>;
beforeAll(async () => {
  database = await testDatabase();
  client = createClient({ ...database.address });
  for (const [revision, state] of ['opened', 'closed'].entries())
    await client.command({
      query: `INSERT INTO violations (violation_id, revision, state, camera_id, store_id, violation_type, risk_level, started_at, _offset)
        SELECT concat('v-', toString(number)), ${revision + 1}, '${state}', concat('cam-', toString(number % 40)),
          concat('store-', toString(number % 8)), 'hand_no_scooper', ['low', 'high'][1 + number % 2],
          toDateTime64('2026-10-01 00:00:00', 3, 'UTC') + number * 7, number
        FROM numbers(${state === 'closed' ? 60_000 : 100_000})`,
    });
});
afterAll(async () => {
  await client.close();
  await database.close();
});

async function rowsOf(query: string, filter: ViolationFilter, useProjections: 0 | 1): Promise<readonly object[]> {
  const store = new ViolationStore([70_000n], { keepMs: 1, maxBytes: 1 }, 'present');
  const answer = await client.query({
    query,
    query_params: { ...filterParams(filter, store), memory_topic: '', time_zone: 'Europe/Berlin' },
    format: 'JSONEachRow',
    clickhouse_settings: { optimize_use_projections: useProjections },
  });
  return answer.json();
}

const everything = { grantedStoreIds: null };
const FILTERS: readonly (readonly [ViolationFilter, string])[] = [
  [{ ...everything, cameraId: 'cam-3' }, 'by_camera'],
  [{ ...everything, cameraId: 'cam-3', state: 'OPEN', riskLevel: 'high', fromMs: 1_791_000_000_000 }, 'by_camera'],
  [{ ...everything, storeId: 'store-3' }, 'by_store'],
  [{ grantedStoreIds: ['store-3'], state: 'CLOSED' }, 'by_store'],
];

test('numbers of one camera or store read a projection, and equal those of the whole table', async () => {
  const sql = statisticsSql('DAY');
  for (const [filter, projection] of FILTERS) {
    const plan = JSON.stringify(await rowsOf(`EXPLAIN PLAN ${sql}`, filter, 1));
    expect.soft([filter, plan.includes(projection)]).toEqual([filter, true]);
    const ordered = (rows: readonly object[]): readonly string[] => rows.map(row => JSON.stringify(row)).toSorted();
    const found = ordered(await rowsOf(sql, filter, 1));
    expect(found.length).toBeGreaterThan(3);
    expect(found).toEqual(ordered(await rowsOf(sql, filter, 0)));
  }
});
