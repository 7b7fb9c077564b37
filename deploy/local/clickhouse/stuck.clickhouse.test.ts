import { afterAll, beforeAll, expect, test } from 'vitest';
import { ANALYSTS_AT_ONCE } from './analyst.ts';
import { type RunningClickHouse, startClickHouse } from './testing/running-clickhouse.ts';

let clickhouse: RunningClickHouse;

beforeAll(async () => {
  clickhouse = await startClickHouse({ CLICKHOUSE_STUCK_MS: '3000' });
});

afterAll(() => clickhouse.stop());

/** One block of it takes minutes, and a statement is ended only between two blocks. */
const STUCK = 'SELECT count() FROM numbers(60000) WHERE has(range(1000000), 1000000 + number)';

const one = async (): Promise<string> =>
  (await clickhouse.post('analyst', 'SELECT 1', { signal: AbortSignal.timeout(2_000) })).text();

test('statements that cannot be ended free their places: the engine starts again, with all its rows', async () => {
  await clickhouse.post('writer', 'CREATE TABLE kept (n UInt8) ENGINE = MergeTree ORDER BY n');
  expect((await clickhouse.post('writer', 'INSERT INTO kept VALUES (1), (2)')).status).toBe(200);
  const left = new AbortController();
  for (let n = 0; n < ANALYSTS_AT_ONCE; n += 1)
    void clickhouse.post('analyst', STUCK, { signal: left.signal }).catch(() => undefined);
  await expect.poll(() => one().catch(() => 'waits'), { timeout: 10_000 }).toBe('waits');
  left.abort();
  await expect.poll(() => clickhouse.ends.length, { timeout: 20_000 }).toBe(1);
  await expect.poll(() => one().catch(String), { timeout: 30_000 }).toBe('1\n');
  expect(await (await clickhouse.post('writer', 'SELECT sum(n) FROM kept')).text()).toBe('3\n');
});
