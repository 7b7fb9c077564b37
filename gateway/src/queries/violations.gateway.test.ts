import { createLogger } from '@sightline/processors/process';
import type { Violation } from '@sightline/schemas';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { checkedTimeZone } from '../arguments/bounds.ts';
import { matches, openOrClosed, type ViolationFilter } from '../arguments/violation-filter.ts';
import { ViolationFeed } from '../live/violation-feed.ts';
import type { ViolationRecord } from '../live/violation-record.ts';
import { type TestDatabase, testDatabase, violationRow } from '../testing/test-database.ts';
import { revised, violation } from '../testing/violations.ts';
import { type ClickHouseReader, openClickHouse } from './clickhouse.ts';
import { violationConnection } from './violation-connection.ts';
import { violationNeighbours } from './violation-neighbours.ts';
import { Violations } from './violations.ts';

const STARTED_AT_MS = Date.UTC(2026, 9, 25, 0, 30); // the night in which Berlin's clocks go back
let database: TestDatabase;
let clickhouse: ClickHouseReader;
beforeAll(async () => {
  database = await testDatabase();
  clickhouse = openClickHouse({ ...database.address, logger: createLogger('test', 'error') });
});
afterAll(async () => {
  await clickhouse.close();
  await database.close();
});

/** A log of violations, the part of it in the feed's memory, and the sink's progress. */
interface History {
  readonly records: readonly ViolationRecord[];
  readonly feedStart: readonly bigint[];
  readonly sinkEnd: readonly bigint[];
}

const lives = fc.array(
  fc.record({
    camera: fc.constantFrom('cam-1', 'cam-2', 'cam-3'),
    minute: fc.nat({ max: 90 }),
    revisions: fc.integer({ min: 1, max: 3 }),
    closed: fc.boolean(),
    risk: fc.constantFrom('low' as const, 'high' as const),
    probe: fc.boolean(),
  }),
  { minLength: 1, maxLength: 25 },
);

/** Records in any order that keeps each violation's order; any start of memory; a sink that has at least all before it. */
const histories = fc
  .tuple(
    lives,
    fc.array(fc.nat(), { minLength: 80, maxLength: 80 }),
    fc.array(fc.nat({ max: 100 }), { minLength: 4, maxLength: 4 }),
  )
  .map(([given, picks, cuts]): History => {
    const chains = given.map((life, i) => chainOf(life, i));
    const records: ViolationRecord[] = [];
    while (chains.some(chain => chain.length > 0)) {
      const waiting = chains.filter(chain => chain.length > 0);
      const value = waiting[(picks[records.length] ?? 0) % waiting.length]?.shift();
      if (value === undefined) break;
      const partition = value.cameraId === 'cam-1' ? 0 : 1;
      const offset = BigInt(records.filter(record => record.partition === partition).length * 2); // transaction markers take the offsets between
      records.push({ partition, offset, writtenAtMs: Date.now(), value });
    }
    const end = (partition: number): number => records.filter(record => record.partition === partition).length * 2;
    const feedStart = [0, 1].map(p => BigInt(Math.floor((end(p) * (cuts[p] ?? 0)) / 100)));
    const sinkEnd = [0, 1].map(p => {
      const from = Number(feedStart[p]);
      return BigInt(from + Math.floor(((end(p) - from) * (cuts[p + 2] ?? 0)) / 100));
    });
    return { records, feedStart, sinkEnd };
  });

function chainOf(
  life: { camera: string; minute: number; revisions: number; closed: boolean; risk: 'low' | 'high'; probe: boolean },
  index: number,
): Violation[] {
  const chain = [
    violation({
      violationId: index.toString(16).padStart(32, '0'),
      cameraId: life.camera,
      storeId: life.probe && life.camera === 'cam-3' ? 'probe' : life.camera === 'cam-1' ? 'store-1' : 'store-2',
      startedAtMs: STARTED_AT_MS + life.minute * 60_000,
      riskLevel: life.risk,
    }),
  ];
  while (chain.length < life.revisions)
    chain.push(
      revised(
        chain[chain.length - 1] as Violation,
        life.closed && chain.length === life.revisions - 1 ? 'closed' : 'updated',
      ),
    );
  return chain;
}

async function violationsOf({ records, feedStart, sinkEnd }: History): Promise<Violations> {
  await database.empty();
  await database.sink(records.filter(({ partition, offset }) => offset < (sinkEnd[partition] ?? 0n)));
  const feed = new ViolationFeed({ keepMs: 600_000, maxBytes: 1e9, recentMs: 600_000, maxRecent: 10_000 });
  feed.begin(feedStart);
  for (const record of records) if (record.offset >= (feedStart[record.partition] ?? 0n)) feed.take(record);
  return new Violations(clickhouse, feed);
}

/** The newest revision of each violation after all records. */
function standing(records: readonly ViolationRecord[]): readonly Violation[] {
  const latest = new Map(records.map(({ value }) => [value.violationId, value]));
  return [...latest.values()].sort((a, b) => b.startedAtMs - a.startedAtMs || (a.violationId < b.violationId ? 1 : -1));
}

const filters = fc.record({
  grantedStoreIds: fc.constantFrom(null, ['store-1'], ['store-1', 'store-2']),
  storeId: fc.constantFrom(undefined, undefined, 'store-2', 'probe'),
  cameraId: fc.constantFrom(undefined, undefined, 'cam-2'),
  state: fc.constantFrom(undefined, 'OPEN' as const, 'CLOSED' as const),
  riskLevel: fc.constantFrom(undefined, undefined, 'low' as const),
  fromMs: fc.constantFrom(undefined, STARTED_AT_MS + 600_000),
  toMs: fc.constantFrom(undefined, STARTED_AT_MS + 3_600_000),
});

// For any start of memory and any progress of the sink: pages of any size, forward or backward, have each of the
// filter's violations exactly once, newest first, in its newest revision. Counts agree with the pages.
test('pages have each violation once, wherever it is stored', async () => {
  await fc.assert(
    fc.asyncProperty(histories, filters, fc.integer({ min: 1, max: 7 }), async (history, filter, size) => {
      const violations = await violationsOf(history);
      const expected = standing(history.records).filter(found => matches(filter, found));
      expect(await forward(violations, filter, size)).toEqual(expected);
      expect(await backward(violations, filter, size)).toEqual(expected);
      expect(await violations.count(filter)).toBe(expected.length);
      const statistics = await violations.statistics(filter, 'HOUR', 'Europe/Berlin');
      expect(statistics).toMatchObject({
        degraded: false,
        total: expected.length,
        open: expected.filter(found => openOrClosed(found) === 'OPEN').length,
      });
      for (const groups of [statistics.byCamera, statistics.byStore, statistics.byType, statistics.overTime])
        expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(expected.length);
      expect(new Set(statistics.overTime.map(step => step.timeMs)).size).toBe(statistics.overTime.length);
    }),
    { numRuns: 25 },
  );
});

// Also for a violation that the filter leaves out: its place in the list stays known.
test('neighbours are the violations directly before and after one in the list, wherever they are stored', async () => {
  await fc.assert(
    fc.asyncProperty(histories, filters, fc.nat(), async (history, filter, pick) => {
      const violations = await violationsOf(history);
      const all = standing(history.records);
      const place = pick % all.length;
      const listed = (one: Violation): boolean => matches(filter, one);
      expect(await violationNeighbours(violations, filter, all[place] as Violation)).toEqual({
        newer: all.slice(0, place).findLast(listed) ?? null,
        older: all.slice(place + 1).find(listed) ?? null,
      });
    }),
    { numRuns: 25 },
  );
});

test("open violations are counted by camera on both sides of the feed's start", async () => {
  await fc.assert(
    fc.asyncProperty(histories, async history => {
      const violations = await violationsOf(history);
      const open = standing(history.records).filter(found => openOrClosed(found) === 'OPEN');
      const cameraIds = ['cam-1', 'cam-2', 'cam-3'];
      const expected = cameraIds.map(id => open.filter(({ cameraId }) => cameraId === id).length);
      expect(await violations.openCounts(cameraIds)).toEqual(expected);
    }),
    { numRuns: 10 },
  );
});

// Rows of foreign records: closes without an opening, and copies.
test('a page has each violation once, whatever rows it has, and no number is below zero', async () => {
  const alone = (violationId: string) => violation({ violationId, state: 'closed', revision: 4 });
  const copied = violation({ violationId: 'copied' });
  const values = [alone('a'), alone('b'), copied, revised(copied, 'closed'), revised(copied, 'closed')];
  const records = [...values, copied, violation({ violationId: 'open' })].map(
    (value, i): ViolationRecord => ({ partition: 0, offset: BigInt(i), writtenAtMs: Date.now(), value }),
  );
  const end = BigInt(records.length);
  const all: ViolationFilter = { grantedStoreIds: null };
  const violations = await violationsOf({ records, feedStart: [end, 0n], sinkEnd: [end, 0n] });
  expect((await forward(violations, all, 1)).map(({ violationId }) => violationId)).toEqual(['open', 'copied']);
  const { open, byStore } = await violations.statistics(all, 'HOUR', 'UTC');
  for (const count of [open, byStore[0]?.open, await violations.count({ ...all, state: 'OPEN' })])
    expect(count).toBeGreaterThanOrEqual(0);
  expect((await violations.openCounts(['cam-1']))[0]).toBeGreaterThanOrEqual(0);
});

// ClickHouse counts by steps of time and so do we for memory, so both must begin each step at the same moment.
test('ClickHouse and the gateway begin hours, days, weeks and months at the same times in every time zone', async () => {
  const hours = [0, 1, 2, 3, 7, 24 * 3, 24 * 10, 24 * 40, 24 * 154, 24 * 155 + 1].map(
    hour => STARTED_AT_MS + hour * 3_600_000,
  );
  const records = hours.map(
    (startedAtMs, i): ViolationRecord => ({
      ...{ partition: 0, offset: BigInt(i), writtenAtMs: Date.now() },
      value: violation({ violationId: `hour-${i}`, startedAtMs }),
    }),
  );
  const end = BigInt(records.length);
  const all: ViolationFilter = { grantedStoreIds: null };
  const ours = await violationsOf({ records, feedStart: [0n, 0n], sinkEnd: [0n, 0n] });
  const theirs = await violationsOf({ records, feedStart: [end, 0n], sinkEnd: [end, 0n] });
  for (const timeZone of ['UTC', 'Europe/Berlin', 'America/St_Johns', 'Asia/Kathmandu', 'Australia/Lord_Howe'])
    for (const grain of ['MINUTE', 'HOUR', 'DAY', 'WEEK', 'MONTH'] as const) {
      const { overTime } = await theirs.statistics(all, grain, timeZone);
      expect(overTime.length).toBeGreaterThan(1);
      expect([grain, timeZone, (await ours.statistics(all, grain, timeZone)).overTime]).toEqual([
        grain,
        timeZone,
        overTime,
      ]);
    }
});

test('ClickHouse knows every time zone that JavaScript knows', async () => {
  const timeZones = Intl.supportedValuesOf('timeZone').map(checkedTimeZone);
  for (let at = 0; at < timeZones.length; at += 10) {
    const columns = timeZones
      .slice(at, at + 10)
      .map((timeZone, i) => `toStartOfDay(now(), '${timeZone}') AS zone_${i}`);
    await expect(clickhouse.rows(`SELECT ${columns.join(', ')}`, {}, z.unknown())).resolves.toHaveLength(1);
  }
  expect(timeZones.length).toBeGreaterThan(300);
});

// 7,000 minutes are more steps than one answer may have. The answer says how many it leaves out; every sum is complete.
test('numbers are complete for any number of time steps, in memory and in ClickHouse', async () => {
  const records = Array.from({ length: 7_000 }, (_, i): ViolationRecord => {
    const value = violation({
      violationId: `m-${i}`,
      startedAtMs: STARTED_AT_MS + i * 60_000,
      cameraId: `cam-${i % 3}`,
    });
    return { partition: 0, offset: BigInt(i), writtenAtMs: Date.now(), value };
  });
  const filter: ViolationFilter = { grantedStoreIds: null };
  for (const border of [0n, 3_500n, 7_000n]) {
    const violations = await violationsOf({ records, feedStart: [border, 0n], sinkEnd: [border, 0n] });
    const { total, byType, byCamera, overTime, stepsLeftOut } = await violations.statistics(filter, 'MINUTE', 'UTC');
    const sum = (groups: readonly { readonly count: number }[]): number =>
      groups.reduce((all, { count }) => all + count, 0);
    expect([border, total, sum(byType), sum(byCamera)]).toEqual([border, 7_000, 7_000, 7_000]);
    expect([overTime.length, stepsLeftOut]).toEqual([5_000, 2_000]);
    expect(overTime.at(-1)?.timeMs).toBe(STARTED_AT_MS + 6_999 * 60_000);
  }
});

test("a violation's creation is the time at which the log stored its first record, wherever that record is", async () => {
  const writtenAtMs = Date.UTC(2026, 10, 1, 12);
  const opened = violation({ violationId: 'early' });
  const records: ViolationRecord[] = [opened, revised(opened, 'closed'), violation({ violationId: 'fresh' })].map(
    (value, i) => ({ partition: 0, offset: BigInt(i), writtenAtMs: writtenAtMs + i * 1_000, value }),
  );
  await database.empty();
  await database.sink(records);
  for (const border of [0n, 1n, 3n]) {
    const feed = new ViolationFeed({ keepMs: 1e12, maxBytes: 1e9, recentMs: 600_000, maxRecent: 100 });
    feed.begin([border, 0n]);
    for (const record of records) if (record.offset >= border) feed.take(record);
    const created = await new Violations(clickhouse, feed).createdAt(['fresh', 'early', 'nope']);
    expect([border, created]).toEqual([border, [writtenAtMs + 2_000, writtenAtMs, null]]);
  }
});

test('when the topic is created again, ClickHouse still answers for the violations of the old one', async () => {
  const of = (name: string): readonly ViolationRecord[] =>
    Array.from({ length: 6 }, (_, i) => ({
      ...{ partition: i % 2, offset: BigInt(Math.floor(i / 2)), writtenAtMs: Date.now() },
      value: violation({ violationId: `${name}-${i}`, startedAtMs: STARTED_AT_MS + i }),
    }));
  await database.empty();
  await database.sink(of('old'), 'old');
  const feed = new ViolationFeed({ keepMs: 1e12, maxBytes: 1e9, recentMs: 600_000, maxRecent: 100 });
  feed.begin([0n, 0n], 'old');
  for (const record of of('old')) feed.take(record);
  for (const partition of [0, 1]) feed.skip({ partition, to: 0n, topicId: 'new' });
  for (const record of of('new')) feed.take(record);
  await database.sink(of('new'), 'new');
  const violations = new Violations(clickhouse, feed);
  const everything = { grantedStoreIds: null };
  const page = await violations.page({ filter: everything, from: 'newest', limit: 20 });
  expect(page.violations.map(({ violationId }) => violationId).toSorted()).toEqual(
    [...of('new'), ...of('old')].map(({ value }) => value.violationId),
  );
  expect(await violations.count(everything)).toBe(12);
  expect((await violations.statistics(everything, 'HOUR', 'UTC')).total).toBe(12);
  expect((await violations.get('old-0'))?.violationId).toBe('old-0');
});

test('a row by an older version is shown if it is readable, else left out and counted', async () => {
  const rows = Array.from({ length: 6 }, (_, i) => {
    const value = violation({ violationId: `row-${i}`, startedAtMs: STARTED_AT_MS + i });
    return { ...violationRow({ partition: 0, offset: BigInt(i), writtenAtMs: Date.now(), value }), value };
  });
  const older = [
    { violation: '{"violationId":"row-0"' },
    { violation: '{"violationId":"row-1"}' },
    { violation: JSON.stringify({ ...rows[2]?.value, boxes: 'none' }) },
    { violation: JSON.stringify({ ...rows[3]?.value, startedAtMs: 1e300 }) },
    { violation: JSON.stringify({ ...rows[4]?.value, zoneId: undefined, endedAtMs: undefined }) },
    {},
  ];
  await database.empty();
  await database.insert(
    'violations',
    rows.map(({ value, ...row }, i) => ({ ...row, ...older[i] })),
  );
  const feed = new ViolationFeed({ keepMs: 600_000, maxBytes: 1e9, recentMs: 600_000, maxRecent: 100 });
  feed.begin([6n, 0n]);
  const violations = new Violations(clickhouse, feed);
  const found: string[] = [];
  let unreadable = 0;
  for (let after: string | null = null, more = true; more; ) {
    const page = await violationConnection(violations, { grantedStoreIds: null }, { first: 2, after });
    found.push(...page.edges.map(({ node }) => `${node.violationId} ${node.zoneId}`));
    unreadable += page.unreadable;
    after = page.pageInfo.endCursor;
    more = page.pageInfo.hasNextPage;
  }
  expect([found, unreadable]).toEqual([['row-5 null', 'row-4 null'], 4]);
  expect((await violations.statistics({ grantedStoreIds: null }, 'HOUR', 'UTC')).total).toBe(6);
  await expect(violations.get('row-0')).rejects.toMatchObject({ status: 404 });
  expect(clickhouse.reached()).toBe(true);
});

test('without ClickHouse lists show the last minutes and are marked, and an old violation is unavailable, not unknown', async () => {
  const away = openClickHouse({
    ...database.address,
    url: 'http://127.0.0.1:9',
    logger: createLogger('test', 'fatal'),
  });
  const feed = new ViolationFeed({ keepMs: 600_000, maxBytes: 1e9, recentMs: 600_000, maxRecent: 100 });
  feed.begin([0n, 0n]);
  feed.take({ partition: 0, offset: 0n, writtenAtMs: Date.now(), value: violation({ violationId: 'fresh' }) });
  const violations = new Violations(away, feed);
  const page = await violations.page({ filter: { grantedStoreIds: null }, from: 'newest', limit: 5 });
  expect(page).toMatchObject({ degraded: true, violations: [{ violationId: 'fresh' }] });
  await expect(violations.get('old')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await away.close();
});

async function forward(violations: Violations, filter: ViolationFilter, first: number): Promise<readonly Violation[]> {
  const found: Violation[] = [];
  for (let after: string | null = null; ; ) {
    const { edges, pageInfo, degraded } = await violationConnection(violations, filter, { first, after });
    expect(degraded).toBe(false);
    found.push(...edges.map(({ node }) => node));
    if (!pageInfo.hasNextPage) return found;
    after = pageInfo.endCursor;
  }
}

async function backward(violations: Violations, filter: ViolationFilter, last: number): Promise<readonly Violation[]> {
  const found: Violation[] = [];
  for (let before: string | null = null; ; ) {
    const { edges, pageInfo } = await violationConnection(violations, filter, { last, before });
    found.unshift(...edges.map(({ node }) => node));
    if (!pageInfo.hasPreviousPage) return found;
    before = pageInfo.startCursor;
  }
}
