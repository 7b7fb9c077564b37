import type { Violation } from '@sightline/schemas';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matches, type ViolationFilter } from '../arguments/violation-filter.ts';
import { countIn } from '../queries/violation-statistics.ts';
import { revised, violation } from '../testing/violations.ts';
import { Latest } from './latest.ts';
import { byStart } from './ordered-entries.ts';
import { type FeedOptions, ViolationFeed } from './violation-feed.ts';
import type { ViolationRecord } from './violation-record.ts';

const opened = violation({ violationId: 'a' });
const record = (offset: number, value = opened, writtenAtMs = Date.now()): ViolationRecord => ({
  ...{ partition: 0, offset: BigInt(offset), writtenAtMs, value },
});

const DAY_MS = 86_400_000;
const options = { keepMs: 60_000, maxBytes: 1e9, recentMs: 60_000, maxRecent: 100 };

function feedFrom(start: number, given: Partial<FeedOptions> = {}): ViolationFeed {
  const feed = new ViolationFeed({ ...options, ...given });
  feed.begin([BigInt(start)]);
  return feed;
}

const all = { grantedStoreIds: null };
const idsOf = ({ store }: ViolationFeed): readonly string[] =>
  store.page({ filter: all, from: 'newest', limit: 100 }).map(({ violationId }) => violationId);

test('the feed answers for violations that it has whole, and lists those that began before it', () => {
  const feed = feedFrom(5);
  feed.take(record(5, revised(opened, 'updated')));
  feed.take(record(6, violation({ violationId: 'b' })));
  const { start, olderIds, counts } = feed.store;
  expect([start, [...olderIds], counts.openOf('cam-1')]).toEqual([[5n], ['a'], 2]);
  expect(idsOf(feed)).toEqual(['b', 'a']);
  expect([feed.store.createdAtMs('a'), feed.store.createdAtMs('b')]).toEqual([undefined, expect.any(Number)]);
});

test('old violations leave the feed, and its start advances', () => {
  const feed = feedFrom(0);
  const longAgoMs = Date.now() - 70_000;
  feed.take(record(0, opened, longAgoMs));
  feed.take(record(1, violation({ violationId: 'gone' }), longAgoMs));
  feed.take(record(2, revised(opened, 'updated')));
  expect([feed.store.start, [...feed.store.olderIds]]).toEqual([[2n], ['a']]);
  expect(feed.get('a')).toEqual(revised(opened, 'updated'));
  expect(feed.get('gone')).toBeUndefined();
  expect(idsOf(feed)).toEqual(['a']);
});

test('the feed keeps no more bytes than its limit: the oldest are dropped first', () => {
  const feed = feedFrom(0, { maxBytes: 20_000 });
  const nowMs = Date.now();
  for (let offset = 0; offset < 100; offset++)
    feed.take(record(offset, violation({ violationId: `v${offset}` }), nowMs + offset));
  expect(feed.store.bytes).toBeLessThanOrEqual(20_000);
  expect(feed.store.size).toBeGreaterThan(5);
  expect(feed.store.start).toEqual([BigInt(100 - feed.store.size)]);
  expect([feed.get('v99')?.violationId, feed.get('v0')]).toEqual(['v99', undefined]);
});

test('no more recent records than the limit are kept, and a position before them cannot be served', () => {
  const feed = feedFrom(0, { maxRecent: 2 });
  for (let offset = 0; offset < 5; offset++) feed.take(record(offset, violation({ violationId: `v${offset}` })));
  expect(feed.since([2n])).toBeUndefined();
  expect(feed.since([4n])?.map(({ offset }) => offset)).toEqual([4n]);
  expect(feed.position.offsets).toEqual([5n]);
});

test('a store filled from the log replaces the first one, with all records that came meanwhile', () => {
  const feed = feedFrom(2);
  feed.take(record(2, revised(opened, 'closed')));
  const history = feed.emptyStore([0n]);
  history.take(record(0, violation({ violationId: 'old' }), Date.now() - 30_000));
  history.take(record(1, opened, 1_000 + Date.now()));
  expect(feed.replace(feed.emptyStore([0n]))).toBe(false); // it lacks records that the feed has dropped
  expect(feed.replace(history)).toBe(true);
  expect([feed.store.start, [...feed.store.olderIds], feed.position.offsets]).toEqual([[0n], [], [3n]]);
  expect(idsOf(feed)).toEqual(['old', 'a']);
  expect(feed.get('a')?.state).toBe('closed');
});

test('a revision that changes the start, the camera, the store, the type or the risk moves the violation in every list', () => {
  const feed = feedFrom(0);
  const between = violation({ violationId: 'b', startedAtMs: opened.startedAtMs - 60_000 });
  feed.take(record(0));
  feed.take(record(1, between));
  expect(idsOf(feed)).toEqual(['a', 'b']);
  const place = { cameraId: 'cam-2', storeId: 'store-2', violationType: 'other', riskLevel: 'low' } as const;
  const startedAtMs = opened.startedAtMs - 120_000;
  feed.take(record(2, { ...revised(opened, 'updated'), ...place, startedAtMs }));
  expect(idsOf(feed)).toEqual(['b', 'a']);
  const { riskLevel, ...rest } = place;
  for (const filter of [{ riskLevel }, ...Object.entries(rest).map(([name, value]) => ({ [name]: value }))])
    expect(feed.store.page({ filter: { ...all, ...filter }, from: 'newest', limit: 9 })).toMatchObject([place]);
  expect(countIn(feed.store, { ...all, cameraId: 'cam-1' }).count).toBe(1);
  expect([feed.store.counts.openOf('cam-1'), feed.store.counts.openOf('cam-2')]).toEqual([1, 1]);
  feed.take(record(3, revised({ ...opened, ...place, startedAtMs, revision: 2 }, 'closed')));
  expect([feed.store.counts.openOf('cam-2'), idsOf(feed)]).toEqual([0, ['b', 'a']]);
});

const revisions = fc.array(
  fc.record({
    id: fc.nat({ max: 12 }),
    minute: fc.nat({ max: 300 }),
    camera: fc.constantFrom('cam-1', 'cam-2'),
    risk: fc.constantFrom('low' as const, 'high' as const),
    kind: fc.constantFrom('updated' as const, 'closed' as const),
  }),
  { maxLength: 60 },
);

// After any openings, changes, closings and removals, each index gives the same as a scan of all violations, and the
// counts by quarter of an hour add up to it.
test('the indexes and the counts of a store agree with its violations', () => {
  fc.assert(
    fc.property(revisions, fc.integer({ min: 3_000, max: 60_000 }), (changes, maxBytes) => {
      const feed = feedFrom(0, { maxBytes, keepMs: DAY_MS });
      const known = new Map<string, Violation>();
      for (const [offset, { id, minute, camera, risk, kind }] of changes.entries()) {
        const violationId = `${camera}-${id}`;
        const before = known.get(violationId);
        const startedAtMs = 1_790_000_000_000 + minute * 60_000;
        const next = before ?? violation({ violationId, cameraId: camera, startedAtMs, riskLevel: risk });
        const value = before === undefined || before.state === 'closed' ? next : revised(before, kind);
        known.set(violationId, value);
        feed.take(record(offset, value, Date.now() - 1_000_000 + offset));
      }
      const kept = [...known.values()].filter(({ violationId }) => feed.get(violationId) !== undefined);
      const filters: ViolationFilter[] = [
        all,
        { ...all, cameraId: 'cam-1', state: 'OPEN' },
        { ...all, riskLevel: 'low', state: 'CLOSED' },
        { ...all, fromMs: 1_790_000_000_000 + 50 * 60_000, toMs: 1_790_000_000_000 + 203 * 60_000 },
      ];
      for (const filter of filters) {
        const wanted = kept.filter(value => matches(filter, value)).sort((a, b) => byStart(b, a));
        const found = feed.store.page({ filter, from: 'newest', limit: 1_000 });
        expect(found).toEqual(wanted);
        expect(feed.store.page({ filter, from: 'oldest', limit: 1_000 })).toEqual(wanted.toReversed());
        expect(countIn(feed.store, filter)).toEqual({
          count: wanted.length,
          open: wanted.filter(({ state }) => state !== 'closed').length,
        });
      }
    }),
  );
});

const foreign = fc.array(
  fc.record({
    id: fc.nat({ max: 4 }),
    revision: fc.integer({ min: 1, max: 5 }),
    state: fc.constantFrom('opened' as const, 'updated' as const, 'closed' as const),
  }),
  { maxLength: 40 },
);

// Copies, revisions out of order, closes without an opening, openings after a close: the highest revision counts, and
// no number is ever below zero.
test('the counts of a store are those of its violations, whatever records come', () => {
  fc.assert(
    fc.property(foreign, fc.integer({ min: 3_000, max: 20_000 }), (records, maxBytes) => {
      const feed = feedFrom(0, { maxBytes, keepMs: DAY_MS });
      for (const [offset, { id, revision, state }] of records.entries())
        feed.take(record(offset, violation({ violationId: `v${id}`, revision, state }), Date.now() - 1_000 + offset));
      const kept = feed.store.page({ filter: all, from: 'newest', limit: 100 });
      const open = kept.filter(({ state }) => state !== 'closed').length;
      expect(countIn(feed.store, all)).toEqual({ count: kept.length, open });
      expect(feed.store.counts.openOf('cam-1')).toBe(open);
      for (const state of ['OPEN', 'CLOSED'] as const) {
        const found = feed.store.page({ filter: { ...all, state }, from: 'newest', limit: 100 });
        expect(found).toEqual(kept.filter(value => matches({ ...all, state }, value)));
      }
    }),
  );
});

test('the latest value of an id is its highest revision, within the limits of time and size', () => {
  const latest = new Latest<number>({ keepMs: 1_000, maxEntries: 2, revisionOf: value => value });
  latest.put('a', 2, 0);
  latest.put('a', 1, 10);
  expect(latest.get('a')).toBe(2);
  latest.put('b', 1, 500);
  latest.put('c', 1, 600);
  expect([latest.get('a'), latest.values()]).toEqual([undefined, [1, 1]]);
  latest.put('d', 1, 1_550);
  expect(latest.values()).toHaveLength(2);
  expect(latest.get('b')).toBeUndefined();
});
