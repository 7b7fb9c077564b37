import { topic } from '@sightline/schemas/topic';
import { expect, test } from 'vitest';
import type { DriverOptions } from '../testing/driver-options.ts';
import { drive } from '../testing/topology-test-driver.ts';
import { int64, utf8 } from './serdes.ts';
import type { KTable } from './streams.ts';

const keep = { cleanup: 'delete', retention: { timeMs: -1 } } as const;
const texts = (name: string) => topic(name, { key: utf8, value: utf8, ...keep });
const [lefts, rights, results] = [texts('lefts'), texts('rights'), texts('results')];
const both = (left: string | null, right: string | null) => `${left}+${right}`;
type Table = KTable<string, string>;

function joining(join: (left: Table, right: Table) => Table, options: DriverOptions = {}) {
  const driver = drive(builder => {
    const joined = join(builder.table('left', lefts), builder.table('right', rights));
    joined.toStream('told').to('results', results);
  }, options);
  const told = () => driver.readRecords(results).map(({ key, value, timestampMs }) => `${key}=${value ?? '-'}@${timestampMs}`); // biome-ignore format: one line
  return {
    driver,
    left(key: string, value: string | null, timestampMs: number) {
      driver.pipe(lefts, key, value, { timestampMs });
      return told();
    },
    right(key: string, value: string | null, timestampMs: number) {
      driver.pipe(rights, key, value, { timestampMs });
      return told();
    },
  };
}

test('an inner join has the keys that both have, at the later of both times', () => {
  const { left, right } = joining((l, r) => l.join('joined', r, both));
  expect(left('a', 'L1', 5)).toEqual([]);
  expect(right('a', 'R1', 3)).toEqual(['a=L1+R1@5']);
  expect(left('a', 'L2', 4)).toEqual(['a=L2+R1@4']);
  expect(right('a', null, 6)).toEqual(['a=-@6']);
  expect(left('a', 'L3', 7)).toEqual([]);
});

test('a left join has the keys of the left', () => {
  const { left, right } = joining((l, r) => l.leftJoin('joined', r, both));
  expect(right('a', 'R1', 1)).toEqual([]);
  expect(left('a', 'L1', 2)).toEqual(['a=L1+R1@2']);
  expect(right('a', null, 3)).toEqual(['a=L1+null@3']);
  expect(left('a', null, 4)).toEqual(['a=-@4']);
});

test('an outer join has the keys of either', () => {
  const { left, right } = joining((l, r) => l.outerJoin('joined', r, both));
  expect(right('a', 'R1', 1)).toEqual(['a=null+R1@1']);
  expect(left('a', 'L1', 2)).toEqual(['a=L1+R1@2']);
  expect(right('a', null, 3)).toEqual(['a=L1+null@3']);
  expect(left('a', null, 4)).toEqual(['a=-@4']);
});

test('a tombstone without old value and match is not forwarded', () => {
  for (const kind of ['leftJoin', 'outerJoin'] as const) {
    const { left, right } = joining((l, r) => l[kind]('joined', r, both), { cacheMaxBytes: 0 });
    expect(left('a', null, 1)).toEqual([]);
    expect(left('a', 'L', 2)).toEqual(['a=L+null@2']);
    expect(right('b', null, 3)).toEqual([]);
  }
});

test('a result with a state store can be queried and survives a crash; one without is looked up on both sides', () => {
  const joins = [
    (l: Table, r: Table) => l.join('joined', r, both, { store: 'both', value: utf8 }),
    (l: Table, r: Table) => l.join('joined', r, both),
  ];
  for (const join of joins) {
    const third = (l: Table, r: Table) => join(l, r).leftJoin('again', l, (pair, one) => `${pair}/${one}`);
    const { driver, left, right } = joining(third);
    left('a', 'L', 1);
    expect(right('a', 'R', 2)).toEqual(['a=L+R/L@2']);
    driver.crash();
    driver.restart();
    expect(left('a', 'M', 3).at(-1)).toBe('a=M+R/M@3');
  }
});

test('a filter behind a join knows the old values, so it deletes only existing entries', () => {
  const { left, right } = joining((l, r) => l.join('joined', r, both).filter('no-x', value => !value.includes('x')));
  left('a', 'x', 1);
  expect(right('a', 'R', 2)).toEqual([]);
  expect(left('a', 'L', 3)).toEqual(['a=L+R@3']);
  expect(left('a', 'xx', 4)).toEqual(['a=-@4']);
});

test('a grouping behind a join subtracts the old joined values', () => {
  const counts = topic('counts', { key: utf8, value: int64, ...keep });
  const driver = drive(builder => {
    const joined = builder.table('left', lefts).join('joined', builder.table('right', rights), both);
    const groups = joined.groupBy('by-result', (key, result) => [result, key], { key: utf8, value: utf8 });
    groups.count('counts').toStream('told').to('results', counts);
  });
  driver.pipe(lefts, 'a', 'L', { timestampMs: 1 });
  driver.pipe(rights, 'a', 'R', { timestampMs: 1 });
  driver.pipe(rights, 'a', 'S', { timestampMs: 2 });
  expect(driver.readRecords(counts).map(({ key, value }) => `${key}=${value}`)).toEqual(['L+R=1', 'L+R=0', 'L+S=1']);
});

test('two tables whose topics differ in partition count are refused by name', () => {
  const three = topic('three', { key: utf8, value: utf8, ...keep, partitions: 3 });
  const graph = () =>
    drive(builder => builder.table('left', lefts).join('joined', builder.table('right', three), both));
  expect(graph).toThrow('must have the same number of partitions: lefts 1, three 3');
});
