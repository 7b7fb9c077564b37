import { topic } from '@sightline/schemas/topic';
import { expect, test } from 'vitest';
import type { DriverOptions } from '../testing/driver-options.ts';
import { drive } from '../testing/topology-test-driver.ts';
import { utf8 } from './serdes.ts';

const keep = { cleanup: 'delete', retention: { timeMs: -1 } } as const;
const texts = (name: string) => topic(name, { key: utf8, value: utf8, ...keep });
const [orders, prices, results] = [texts('orders'), texts('prices'), texts('results')];
const both = (order: string, price: string | null) => `${order}@${price}`;
/** An order names its thing after a dash; without one it names none. */
const thing = (order: string | null) => order?.split('-')[1] ?? null;

type Kind = 'join' | 'leftJoin';

function withTable(kind: Kind, options: DriverOptions = {}) {
  return drive(builder => {
    const stream = builder.stream('orders', orders, { nulls: 'pass' });
    const table = builder.table('prices', prices);
    const priced = kind === 'join' ? stream.join('price', table, both) : stream.leftJoin('price', table, both);
    priced.to('results', results);
  }, options);
}

function withGlobalTable(kind: Kind) {
  return drive(builder => {
    const stream = builder.stream('orders', orders, { nulls: 'pass' });
    const table = builder.globalTable('prices', prices);
    const priced =
      kind === 'join'
        ? stream.join('price', table, ({ value }) => thing(value), both)
        : stream.leftJoin('price', table, ({ value }) => thing(value), both);
    priced.to('results', results);
  });
}

test("a record joins with the table's present value and keeps its own time", () => {
  const driver = withTable('join');
  driver.pipe(orders, 'a', 'none yet', { timestampMs: 1 });
  driver.pipe(prices, 'a', '5', { timestampMs: 9 });
  driver.pipe(orders, 'a', 'first', { timestampMs: 2 });
  driver.pipe(prices, 'a', null, { timestampMs: 10 });
  driver.pipe(orders, 'a', 'sold out', { timestampMs: 11 });
  expect(driver.readRecords(results)).toMatchObject([{ key: 'a', value: 'first@5', timestampMs: 2 }]);
});

test('a left join forwards records without a match', () => {
  const driver = withTable('leftJoin');
  driver.pipe(orders, 'a', 'early');
  driver.pipe(prices, 'a', '5');
  driver.pipe(orders, 'a', 'late');
  expect(driver.read()).toEqual({ results: ['early@null', 'late@5'] });
});

test('a record without a value is dropped; one without a key has no match', () => {
  for (const [kind, told] of [['join', []], ['leftJoin', ['no key@null']]] as const) {
    const driver = withTable(kind);
    driver.pipe(orders, null, 'no key');
    driver.pipe(orders, 'a', null);
    expect(driver.read().results ?? []).toEqual(told);
    expect(driver.account(orders)).toMatchObject({ in: 2, filtered: 2 - told.length });
  } // biome-ignore format: a story
});

test('headers of the record stay with it', () => {
  const driver = withTable('leftJoin');
  driver.pipe(orders, 'a', 'order', { headers: [['trace', Buffer.from('7')]] });
  expect(driver.readRecords(results)[0]?.headers).toEqual([['trace', Buffer.from('7')]]);
});

test('the table survives a crash', () => {
  const driver = withTable('join');
  driver.pipe(prices, 'a', '5');
  driver.crash();
  driver.restart();
  driver.pipe(orders, 'a', 'order');
  expect(driver.read()).toEqual({ results: ['order@5'] });
});

test('a stream by a new key goes through a repartition topic to the table`s partitions', () => {
  const driver = drive(
    builder => {
      const stream = builder.stream('orders', orders).selectKey('by-thing', ({ value }) => thing(value) ?? '', utf8);
      stream.join('price', builder.table('prices', prices), both).to('results', results);
    },
    { partitions: 3 },
  );
  const things = ['pen', 'cup', 'hat', 'map', 'bag', 'key'];
  for (const name of things) driver.pipe(prices, name, `${name.length}`);
  for (const name of things) driver.pipe(orders, 'me', `1-${name}`);
  const found = driver.readRecords(results).map(({ key, value }) => `${key}: ${value}`);
  expect(found.sort()).toEqual(things.map(name => `${name}: 1-${name}@3`).sort());
});

test('only an outer join gets records without a key through a repartition topic', () => {
  const rekeyed = (kind: Kind) =>
    drive(builder => {
      const stream = builder.stream('orders', orders).selectKey('by-thing', ({ value }) => thing(value));
      const keyed = stream.filter('all', () => true);
      const table = builder.table('prices', prices);
      const serdes = { key: utf8 };
      const priced = kind === 'join' ? keyed.join('price', table, both, serdes) : keyed.leftJoin('price', table, both, serdes); // biome-ignore format: one line
      priced.to('results', results);
    });
  const [inner, left] = [rekeyed('join'), rekeyed('leftJoin')];
  for (const driver of [inner, left]) driver.pipe(orders, 'me', 'nothing');
  expect([inner.read(), left.read()]).toEqual([{}, { results: ['nothing@null'] }]);
  expect(inner.account(orders)).toMatchObject({ in: 1, filtered: 1 });
  expect(left.account(orders)).toMatchObject({ in: 1, processed: 1 });
});

test('a global table can be read by any key, in every partition', () => {
  const driver = withGlobalTable('join');
  driver.pipe(prices, 'pen', '2');
  driver.pipe(prices, 'cup', '3');
  driver.pipe(orders, 'me', '1-pen');
  driver.pipe(orders, 'you', '2-cup');
  driver.pipe(orders, 'you', '3-hat');
  driver.pipe(prices, 'pen', null);
  driver.pipe(orders, 'me', '4-pen');
  expect(driver.read()).toEqual({ results: ['1-pen@2', '2-cup@3'] });
  expect(driver.store('prices')).toMatchObject([['cup', { value: '3' }]]);
});

test('a left join with a global table forwards records without a match and records without a key to look up', () => {
  const driver = withGlobalTable('leftJoin');
  driver.pipe(prices, 'pen', '2');
  for (const order of ['1-pen', '2-hat', 'nothing', null]) driver.pipe(orders, 'me', order);
  expect(driver.read()).toEqual({ results: ['1-pen@2', '2-hat@null', 'nothing@null'] });
  expect(driver.account(orders)).toMatchObject({ in: 4, filtered: 1 });
});

test('a global table is folded again after a crash', () => {
  const driver = withGlobalTable('join');
  driver.pipe(prices, 'pen', '2');
  driver.crash();
  driver.restart();
  driver.pipe(orders, 'me', '1-pen');
  expect(driver.read()).toEqual({ results: ['1-pen@2'] });
});
