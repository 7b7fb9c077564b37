import { createLogger } from '@sightline/processors/process';
import type { Violation } from '@sightline/schemas';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ViolationFeed, type ViolationRecord } from '../live/violation-feed.ts';
import { type TestDatabase, testDatabase } from '../testing/test-database.ts';
import { revised, violation } from '../testing/violations.ts';
import { type ClickHouseReader, openClickHouse } from './clickhouse.ts';
import { violationConnection } from './violation-connection.ts';
import { matches, openOrClosed, type ViolationFilter } from './violation-filter.ts';
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

/** A log of violations: what the feed remembers of it, and how far the sink is. */
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

/** Any order of records that keeps each violation's own, any place of the feed, any sink that is not behind it. */
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
      const offset = BigInt(records.filter(record => record.partition === partition).length * 2); // markers lie between
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

/** How the violations stand after all records. */
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

// Wherever the feed begins and however far the sink is, pages of any size, forward or backward, give each violation
// that the filter lets through exactly once, newest first, by its newest revision; counts agree with the pages.
test('pages have no hole and no double, wherever a violation lies', async () => {
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

test('open violations are counted by camera on both sides of where the feed begins', async () => {
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

// ClickHouse counts the steps of what it has, we those of the feed: both must begin them at the same moment.
test('ClickHouse and we begin hours, days, weeks and months at the same moments in every time zone', async () => {
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

test('without ClickHouse lists show the last minutes and say so, and an old violation is unavailable, not unknown', async () => {
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
