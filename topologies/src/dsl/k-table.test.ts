import { topic } from '@sightline/schemas/topic';
import { expect, test } from 'vitest';
import type { DriverOptions } from '../testing/driver-options.ts';
import { drive } from '../testing/topology-test-driver.ts';
import { int64, utf8 } from './serdes.ts';
import type { KTable } from './streams.ts';

const keep = { cleanup: 'delete', retention: { timeMs: -1 } } as const;
const numbers = topic('numbers', { key: utf8, value: int64, ...keep });
const changes = topic('changes', { key: utf8, value: int64, ...keep });

/** The table of `numbers`, a step, and its changes as `key=value@time`. */
function changing(step: (table: KTable<string, number>) => KTable<string, number>, options: DriverOptions = {}) {
  const driver = drive(
    builder => step(builder.table('numbers', numbers)).toStream('told').to('changes', changes),
    options,
  );
  return {
    driver,
    put: (key: string | null, value: number | null, timestampMs: number) => {
      driver.pipe(numbers, key, value, { timestampMs });
      return driver.readRecords(changes).map(record => `${record.key}=${record.value ?? '-'}@${record.timestampMs}`);
    },
  };
}
const same = (table: KTable<string, number>) => table;
const odd = (value: number) => value % 2 === 1;

test('a table forwards every change, and keeps the last value of a key even if it is older', () => {
  const { driver, put } = changing(same);
  expect([put('a', 1, 10), put('a', 2, 5), put('a', 2, 6)].flat()).toEqual(['a=1@10', 'a=2@5', 'a=2@6']);
  expect(driver.store('numbers')).toEqual([['a', { value: 2, timestampMs: 6 }]]);
});

test('a null value deletes; with caches the deletion of a missing key is not forwarded', () => {
  const { driver, put } = changing(same);
  expect([put('a', 1, 1), put('a', null, 2), put('a', null, 3)].flat()).toEqual(['a=1@1', 'a=-@2']);
  expect(driver.store('numbers')).toEqual([]);
  expect([1, null, null].flatMap(value => changing(same, { cacheMaxBytes: 0 }).put('a', value, 1))).toEqual(['a=1@1', 'a=-@1', 'a=-@1']); // biome-ignore format: one line
});

test('a record without a key is dropped and counted', () => {
  const { driver, put } = changing(same);
  expect(put(null, 1, 1)).toEqual([]);
  expect(driver.account(numbers)).toMatchObject({ in: 1, filtered: 1 });
});

test('between two commits many changes of a key become one, in the place of the first', () => {
  const { driver, put } = changing(same, { commit: 'manual' });
  for (const [key, value, timeMs] of [['a', 1, 1], ['b', 1, 2], ['a', 3, 3], ['c', 9, 4], ['c', null, 5]] as const) put(key, value, timeMs); // biome-ignore format: a story
  driver.commit();
  expect(driver.readRecords(changes).map(({ key, value }) => [key, value])).toEqual([['a', 3], ['b', 1]]); // biome-ignore format: pairs
});

test('changes of a failed record are not forwarded and move no time', () => {
  const dead = topic('dead', { key: utf8, value: utf8, ...keep });
  const driver = drive(
    builder => {
      const stream = builder.stream('numbers', numbers);
      stream.toTable('latest').toStream('told').to('changes', changes);
      stream.peek('fail', ({ value }) => {
        if (value === 13) throw new Error('thirteen');
      }); // biome-ignore format: a story
    },
    { commit: 'manual', deadLetters: dead, onProcessError: () => 'dead-letter' },
  );
  for (const [key, value] of [['a', 1], ['b', 1], ['a', 13], ['c', 13]] as const) driver.pipe(numbers, key, value, { timestampMs: 1 }); // biome-ignore format: a story
  driver.commit();
  expect(driver.readRecords(changes).map(({ key, value }) => `${key}=${value}`)).toEqual(['a=1', 'b=1']);
  expect(driver.store('latest').map(([key]) => key)).toEqual(['a', 'b']);
});

test('without caches every change is forwarded, independent of commits', () => {
  const { driver, put } = changing(same, { commit: 'manual', cacheMaxBytes: 0 });
  for (const value of [1, 2, null]) put('a', value, 1);
  driver.commit();
  expect(driver.readRecords(changes).map(({ value }) => value)).toEqual([1, 2, null]);
});

test('a filter deletes entries that no longer match, and forwards nothing for those that never matched', () => {
  const { put } = changing(table => table.filter('odd', odd));
  expect(put('a', 2, 1)).toEqual([]);
  expect([put('a', 3, 2), put('a', 5, 3), put('a', 4, 4), put('a', null, 5)].flat()).toEqual([
    'a=3@2',
    'a=5@3',
    'a=-@4',
  ]);
  const opposite = changing(table => table.filterNot('even', odd));
  expect([opposite.put('a', 2, 1), opposite.put('a', 3, 2)].flat()).toEqual(['a=2@1', 'a=-@2']);
});

test('mapped values keep the time and the tombstones of their input', () => {
  const { put } = changing(table => table.mapValues('hundred', (value, key) => value * 100 + key.length));
  expect([put('ab', 3, 1), put('ab', null, 2)].flat()).toEqual(['ab=302@1', 'ab=-@2']);
});

test('a step with its own state store can be queried, and survives a crash', () => {
  const { driver, put } = changing(table =>
    table.mapValues('tens', value => value * 10, { store: 'tens-store', value: int64 }).filter('big', value => value > 20, { store: 'big-store' }),
  ); // biome-ignore format: a story
  put('a', 2, 1);
  put('b', 3, 2);
  driver.crash();
  driver.restart();
  expect(driver.store('tens-store')).toEqual([['a', { value: 20, timestampMs: 1 }], ['b', { value: 30, timestampMs: 2 }]]); // biome-ignore format: entries
  expect(driver.store('big-store')).toEqual([['b', { value: 30, timestampMs: 2 }]]);
  expect(put('b', 1, 3)).toEqual(['b=-@3']);
  expect(() => changing(table => table.mapValues('x', value => value, { store: 's' }))).toThrow('x writes values but has no serde'); // biome-ignore format: one line
});

test('an uncommitted change is forwarded again after a crash, exactly once', () => {
  const { driver, put } = changing(same, { commit: 'manual' });
  put('a', 1, 1);
  driver.commit();
  expect(put('a', 2, 2)).toEqual(['a=1@1']);
  driver.crash();
  driver.restart();
  driver.commit();
  expect(driver.readRecords(changes).map(({ value }) => value)).toEqual([2]);
  expect(driver.store('numbers')).toEqual([['a', { value: 2, timestampMs: 2 }]]);
});

test('a stream becomes a table of its latest values, through a repartition topic where its keys were changed', () => {
  const driver = drive(builder => {
    const stream = builder.stream('numbers', numbers, { nulls: 'pass' });
    stream.toTable('latest').toStream('told').to('changes', changes);
    stream.selectKey('parity', ({ value }) => (odd(value ?? 0) ? 'odd' : 'even'), utf8).toTable('by-parity');
  });
  for (const [key, value] of [['a', 1], ['b', 2], ['a', 3], [null, 4], ['b', null]] as const) driver.pipe(numbers, key, value, { timestampMs: 1 }); // biome-ignore format: a story
  expect(driver.store('latest')).toEqual([['a', { value: 3, timestampMs: 1 }]]);
  expect(driver.store('by-parity')).toEqual([['odd', { value: 3, timestampMs: 1 }]]); // b's null made even 0's tombstone
  expect(driver.read()).toEqual({ changes: [1, 2, 3, null] });
});
