import { topic } from '@sightline/schemas/topic';
import { expect, test } from 'vitest';
import type { DriverOptions } from '../testing/driver-options.ts';
import { drive } from '../testing/topology-test-driver.ts';
import { int64, json, utf8 } from './serdes.ts';
import type { KGroupedTable, KTable } from './streams.ts';
import { changes as changeSerde } from './table-grouping.ts';

interface Person {
  readonly city: string | null;
  readonly age: number;
}

const keep = { cleanup: 'delete', retention: { timeMs: -1 } } as const;
const people = topic('people', { key: utf8, value: json<Person>(), ...keep });
const told = topic('told', { key: utf8, value: int64, ...keep });

/** People by city; each step returns its changes as `city=value@time`. */
function byCity(fold: (ages: KGroupedTable<string, number>) => KTable<string, number>, options: DriverOptions = {}) {
  const driver = drive(builder => {
    const table = builder.table('people', people);
    const ages = table.groupBy('by-city', (_, { city, age }) => [city, age], { key: utf8, value: int64 });
    fold(ages).toStream('tell').to('told', told);
  }, options);
  return {
    driver,
    put: (name: string, person: Person | null, timestampMs: number) => {
      driver.pipe(people, name, person, { timestampMs });
      return driver.readRecords(told).map(record => `${record.key}=${record.value ?? '-'}@${record.timestampMs}`);
    },
  };
}

test('a count follows a key from group to group', () => {
  const { driver, put } = byCity(ages => ages.count('counts'));
  expect(put('ann', { city: 'rome', age: 1 }, 1)).toEqual(['rome=1@1']);
  expect(put('bob', { city: 'rome', age: 2 }, 2)).toEqual(['rome=2@2']);
  expect(put('ann', { city: 'oslo', age: 1 }, 3)).toEqual(['rome=1@3', 'oslo=1@3']);
  expect(put('ann', null, 4)).toEqual(['oslo=0@4']);
  expect(driver.store('counts')).toEqual([
    ['oslo', { value: 0, timestampMs: 4 }],
    ['rome', { value: 1, timestampMs: 3 }],
  ]);
});

test('a change inside a group subtracts and adds at once, and keeps the later time', () => {
  const { put } = byCity(ages => ages.reduce('sums', (sum, age) => sum + age, (sum, age) => sum - age)); // biome-ignore format: one line
  expect(put('ann', { city: 'rome', age: 10 }, 5)).toEqual(['rome=10@5']);
  expect(put('ann', { city: 'rome', age: 30 }, 3)).toEqual(['rome=30@5']);
});

test('an aggregate sees the old value before the new one; null from it deletes the group', () => {
  const steps: string[] = [];
  const { driver, put } = byCity(ages =>
    ages.aggregate(
      'ages',
      () => 0,
      (sum, age, city) => { steps.push(`${city}+${age}`); return sum + age; },
      (sum, age, city) => { steps.push(`${city}-${age}`); return sum === age ? null : sum - age; },
      { value: int64 },
    ),
  ); // biome-ignore format: a story
  put('ann', { city: 'rome', age: 1 }, 1);
  expect(put('ann', { city: 'oslo', age: 2 }, 2)).toEqual(['rome=-@2', 'oslo=2@2']);
  expect(steps).toEqual(['rome+1', 'rome-1', 'oslo+2']);
  expect(driver.store('ages')).toEqual([['oslo', { value: 2, timestampMs: 2 }]]);
});

test('a null key or value belongs to no group', () => {
  const { put } = byCity(ages => ages.count('counts'));
  expect(put('ann', { city: null, age: 1 }, 1)).toEqual([]);
  expect(put('ann', { city: 'rome', age: 1 }, 2)).toEqual(['rome=1@2']);
  expect(put('ann', { city: null, age: 1 }, 3)).toEqual(['rome=0@3']);
});

test('groups are in the partition of their key, whatever the partitions of their members', () => {
  const { driver, put } = byCity(ages => ages.count('counts'), { partitions: 3 });
  for (const name of ['ann', 'bob', 'cid', 'dan', 'eve']) put(name, { city: 'rome', age: 1 }, 1);
  expect(driver.store('counts')).toEqual([['rome', { value: 5, timestampMs: 1 }]]);
});

test('groups survive a crash', () => {
  const { driver, put } = byCity(ages => ages.count('counts'));
  put('ann', { city: 'rome', age: 1 }, 1);
  driver.crash();
  driver.restart();
  expect(put('bob', { city: 'rome', age: 1 }, 2)).toEqual(['rome=2@2']);
  expect(put('ann', null, 3)).toEqual(['rome=1@3']);
});

test('changes are written as Kafka Streams writes them', () => {
  const serde = changeSerde(utf8);
  const bytes = { old: { newValue: null, oldValue: 'a' }, new: { newValue: 'b', oldValue: null }, both: { newValue: 'bcd', oldValue: 'a' } }; // biome-ignore format: a table
  expect(serde.serialize(bytes.old)).toEqual(Buffer.from('a\u0000'));
  expect(serde.serialize(bytes.new)).toEqual(Buffer.from('b\u0001'));
  expect(serde.serialize(bytes.both)).toEqual(Buffer.from('\u0006bcda\u0002')); // 3 as a zigzag varint is 6
  for (const change of Object.values(bytes)) expect(serde.deserialize(serde.serialize(change))).toEqual(change);
  const long = { newValue: 'x'.repeat(100_000), oldValue: 'y'.repeat(200) };
  expect(serde.deserialize(serde.serialize(long))).toEqual(long);
  expect(() => serde.serialize({ newValue: null, oldValue: null })).toThrow('neither an old nor a new value');
});
