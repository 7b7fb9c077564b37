import { topic } from '@sightline/schemas/topic';
import { expect, test } from 'vitest';
import { TopologyTestDriver } from '../testing/topology-test-driver.ts';
import { int64, utf8 } from './serdes.ts';
import type { KGroupedStream, KTable } from './streams.ts';

const keep = { cleanup: 'delete', retention: { timeMs: -1 } } as const;
const amounts = topic('amounts', { key: utf8, value: int64, ...keep });
const totals = topic('totals', { key: utf8, value: int64, ...keep });

function grouped(fold: (amounts: KGroupedStream<string, number>) => KTable<string, number>) {
  const driver = new TopologyTestDriver(builder => {
    const stream = builder.stream('amounts', amounts, { nulls: 'pass' }).groupByKey();
    fold(stream as KGroupedStream<string, number>)
      .toStream('changes')
      .to('totals', totals);
  });
  const add = (key: string | null, value: number | null, timestampMs: number) => {
    const bytes = [key === null ? null : utf8.serialize(key), value === null ? null : int64.serialize(value)] as const;
    driver.pipeBytes(amounts, ...bytes, { timestampMs });
    return driver.readRecords(totals).map(record => `${record.key}=${record.value ?? '-'}@${record.timestampMs}`);
  };
  return { driver, add };
}

test('a count counts, at the highest time so far', () => {
  const { driver, add } = grouped(stream => stream.count('counts'));
  expect([add('a', 5, 7), add('b', 5, 8), add('a', 5, 3)].flat()).toEqual(['a=1@7', 'b=1@8', 'a=2@7']);
  expect(driver.store('counts')).toEqual([
    ['a', { value: 2, timestampMs: 7 }],
    ['b', { value: 1, timestampMs: 8 }],
  ]);
});

test('a reduction begins with the first record', () => {
  const { add } = grouped(stream => stream.reduce('least', Math.min));
  expect([add('a', 5, 1), add('a', 7, 2), add('a', 3, 3)].flat()).toEqual(['a=5@1', 'a=5@2', 'a=3@3']);
});

test('an aggregate that becomes null is deleted, and starts again', () => {
  const sumUntilNine = (sum: number, amount: number) => (amount === 9 ? null : sum + amount);
  const { driver, add } = grouped(stream => stream.aggregate('sums', () => 100, sumUntilNine, { value: int64 }));
  expect([add('a', 1, 1), add('a', 9, 2), add('a', 2, 3)].flat()).toEqual(['a=101@1', 'a=-@2', 'a=102@3']);
  add('a', 9, 4);
  expect(driver.store('sums')).toEqual([]);
});

test('records without key or value do not count', () => {
  const { driver, add } = grouped(stream => stream.count('counts'));
  expect([add(null, 1, 1), add('a', null, 2), add('a', 1, 3)].flat()).toEqual(['a=1@3']);
  expect(driver.account(amounts)).toMatchObject({ in: 3, processed: 1, filtered: 2 });
});

test('aggregates survive a crash', () => {
  const { driver, add } = grouped(stream => stream.count('counts'));
  add('a', 1, 5);
  driver.crash();
  driver.restart();
  expect(add('a', 1, 2)).toEqual(['a=2@5']);
});
