import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { LogRecord } from '../log/index.ts';
import { BlockBuilder, missingFrom, readMark, writeMark } from './block.ts';
import { clickHouseWriter } from './block-writer.ts';
import { PartitionWriter } from './partition-writer.ts';
import { RecordQueue } from './record-queue.ts';
import { type RecordRows, sinkTables } from './table.ts';
import { type TestDatabase, testDatabase } from './testing/test-database.ts';

const origin = { topic: 'tracks', topicId: 'a1', partition: 0 };
const live = new AbortController().signal;
let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
  await run(`CREATE TABLE boxes_by_camera (camera_id String, boxes UInt64) ENGINE = SummingMergeTree ORDER BY camera_id
    SETTINGS non_replicated_deduplication_window = 1000`);
  await run(`CREATE MATERIALIZED VIEW boxes_by_camera_view TO boxes_by_camera
    AS SELECT camera_id, count() AS boxes FROM tracks GROUP BY camera_id`);
});

afterAll(() => database.close());

beforeEach(async () => {
  await run('ALTER TABLE tracks MODIFY SETTING non_replicated_deduplication_window = 1000');
  for (const table of ['tracks', 'boxes_by_camera']) await run(`TRUNCATE TABLE ${table}`);
});

const run = (query: string): Promise<unknown> => database.client.command({ query });

const record = (offset: number): LogRecord => ({
  offset: BigInt(offset),
  timestampMs: 0,
  key: null,
  value: null,
  headers: [],
});
const rowsOf = ({ offset }: LogRecord): RecordRows => ({
  shared: { camera_id: `c${offset % 3n}`, captured_at: '2026-11-21 10:00:00.000' },
  each: [{ box: 0 }, { box: 1 }],
});

/** The block of the ten records from `min` on, two rows each. */
function blockFrom(min: number) {
  const [table] = sinkTables;
  if (table === undefined) throw new Error('there are tables');
  const builder = new BlockBuilder(origin, table, BigInt(min));
  for (let offset = min; offset < min + 10; offset++) builder.add(record(offset), rowsOf(record(offset)));
  return { block: builder.build(), table };
}

const insert = (min: number, writer = clickHouseWriter(database.client, { deadlineMs: 10_000 })) =>
  writer.insert(blockFrom(min).block, live);

/**
 * Starts a sink on a block that another sink planned; returns its commits. From the commit number `refuse` on, it is
 * fenced.
 */
async function resume(
  min: number,
  { refuse = Number.POSITIVE_INFINITY, mending = false, version = 1, readable = 10 } = {},
): Promise<readonly string[]> {
  const { block, table } = blockFrom(min);
  const metadata = writeMark('a1', { ...block, mending, version, ...(version !== 1 && { hash: 'other rows' }) });
  const queue = new RecordQueue(block.min);
  const records = Array.from({ length: readable }, (_, index) => record(min + index));
  const [fetchOffset, nextOffset] = [block.min, block.min + BigInt(readable)];
  const ends = { highWatermark: nextOffset, lastStableOffset: nextOffset, logStartOffset: 0n };
  queue.push({ ...origin, records, fetchOffset, nextOffset, ...ends });
  if (readable < 10) queue.close();
  const commits: string[] = [];
  const ending = new AbortController();
  const writer = new PartitionWriter(
    {
      from: origin,
      origin,
      table,
      limits: { maxRows: 1_000, maxBytes: 1_000_000 },
      queue,
      writer: clickHouseWriter(database.client, { deadlineMs: 10_000 }),
      bury: () => Promise.reject(new Error('this test has no dead letters')),
      rowsOf: async given => rowsOf(given),
      committed: async () => ({ offset: block.min, metadata }),
      async commit(offset, said) {
        if (commits.length >= refuse) throw new Error('the group gave these partitions to others');
        const isEnd = readMark(said).plan === undefined;
        commits.push(isEnd ? `${offset}` : `plan ${offset}`);
        if (isEnd) ending.abort();
      },
      async heartbeat() {
        if (commits.length >= refuse) throw new Error('the group gave these partitions to others');
      },
      leaseMs: 5_000,
      onChanged: plan => commits.push(`planned by version ${plan.version}`),
      onWaiting: () => ending.abort(),
      onTaken: () => {},
    },
    ending.signal,
  );
  await writer.run({ offset: block.min, metadata, topicId: 'a1' });
  return commits;
}

async function expectOnce(rows: number): Promise<void> {
  expect(await database.number('SELECT count() FROM tracks')).toBe(rows);
  expect(await database.number('SELECT uniqExact(_offset, box) FROM tracks')).toBe(rows);
}

test('a planned block that was written is not written again', async () => {
  await insert(0);
  expect(await resume(0)).toEqual(['10']);
  await expectOnce(20);
  expect(await database.number('SELECT sum(boxes) FROM boxes_by_camera')).toBe(20);
});

test('a block whose token the table has forgotten is not written again', async () => {
  await run('ALTER TABLE tracks MODIFY SETTING non_replicated_deduplication_window = 2');
  for (const min of [0, 10, 20, 30]) await insert(min);
  await resume(0);
  await expectOnce(80);
});

test('a token that outlived its rows does not block them', async () => {
  await insert(0);
  await run('DELETE FROM tracks WHERE _offset < 7');
  expect(await resume(0)).toEqual(['plan 0', '10']);
  await expectOnce(20);
});

test("rows written under their own token are not written again under their block's token", async () => {
  const writer = clickHouseWriter(database.client, { deadlineMs: 10_000 });
  const rest = missingFrom(blockFrom(0).block, new Set([0n, 1n, 2n, 7n]));
  if (rest === undefined) throw new Error('six records are missing');
  await writer.insert(rest, live);
  await resume(0, { mending: true });
  await expectOnce(20);
});

test('a block planned by another version is reported, and its rows are written once', async () => {
  await insert(0);
  expect(await resume(0, { version: 2 })).toEqual(['planned by version 2', '10']);
  await expectOnce(20);
});

test('a view that missed the rows gets them', async () => {
  await insert(0);
  await run('TRUNCATE TABLE boxes_by_camera');
  await resume(0);
  await expectOnce(20);
  expect(await database.number('SELECT sum(boxes) FROM boxes_by_camera')).toBe(20);
});

test('a writer asks the group again before it writes an old plan, and writes nothing when refused', async () => {
  expect(await resume(0, { refuse: 0 })).toEqual([]);
  await expectOnce(0);
});

test('a writer whose topic was created again before it read the planned records ends and writes nothing', async () => {
  expect(await resume(0, { readable: 4 })).toEqual([]);
  await expectOnce(0);
});
