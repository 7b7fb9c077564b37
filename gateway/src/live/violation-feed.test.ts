import { expect, test } from 'vitest';
import { revised, violation } from '../testing/violations.ts';
import { Latest } from './latest.ts';
import { ViolationFeed, type ViolationRecord } from './violation-feed.ts';

const opened = violation({ violationId: 'a' });
const record = (offset: number, value = opened, writtenAtMs = Date.now()): ViolationRecord => ({
  ...{ partition: 0, offset: BigInt(offset), writtenAtMs, value },
});

function feedFrom(start: number, maxRecords = 100): ViolationFeed {
  const feed = new ViolationFeed({ keepMs: 60_000, maxRecords });
  feed.begin([BigInt(start)]);
  return feed;
}

test('the feed answers for what it has seen whole; of what began before it ClickHouse must be told', () => {
  const feed = feedFrom(5);
  feed.take(record(5, revised(opened, 'updated')));
  feed.take(record(6, violation({ violationId: 'b' })));
  const { start, violations, olderIds, opened: open } = feed.remembered();
  expect([start, olderIds, [...open]]).toEqual([[5n], ['a'], [['cam-1', 1]]]);
  expect(violations.map(({ violationId }) => violationId)).toEqual(['a', 'b']);
});

test('what grows old leaves the feed, and where it begins moves on', () => {
  const feed = feedFrom(0);
  const longAgoMs = Date.now() - 61_000;
  feed.take(record(0, opened, longAgoMs));
  feed.take(record(1, violation({ violationId: 'gone' }), longAgoMs));
  feed.take(record(2, revised(opened, 'updated')));
  const { start, violations, olderIds } = feed.remembered();
  expect([start, olderIds]).toEqual([[2n], ['a']]);
  expect(violations).toEqual([revised(opened, 'updated')]);
  expect(feed.get('gone')).toBeUndefined();
});

test('no more than the bound is kept, and a place before it cannot be served', () => {
  const feed = feedFrom(0, 2);
  for (let offset = 0; offset < 5; offset++) feed.take(record(offset, violation({ violationId: `v${offset}` })));
  expect(feed.since([2n])).toBeUndefined();
  expect(feed.since([4n])?.map(({ offset }) => offset)).toEqual([4n]);
  expect(feed.position).toEqual([5n]);
});

test('the latest by id is the highest revision, within time and bound', () => {
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
