import type { StreamRecord, Windowed } from '@sightline/processors/runtime';
import { timeWindowed } from '@sightline/processors/runtime';
import { seconds } from '@sightline/schemas/duration';
import { topic } from '@sightline/schemas/topic';
import { expect, expectTypeOf, test } from 'vitest';
import type { GlobalKTable } from './global-table.ts';
import { joinWindow } from './join-window.ts';
import { int64, json, utf8 } from './serdes.ts';
import type { KGroupedStream, KGroupedTable, KStream, KTable } from './streams.ts';
import { StreamsBuilder } from './streams-builder.ts';
import { tumbling } from './windows.ts';

interface Order {
  readonly item: string;
  readonly amount: number;
}
interface User {
  readonly name: string;
}

const keep = { cleanup: 'delete', retention: { timeMs: -1 } } as const;
const orders = topic('orders', { key: utf8, value: json<Order>(), ...keep });
const refunds = topic('refunds', { key: utf8, value: json<{ readonly back: number }>(), ...keep });
const users = topic('users', { key: utf8, value: json<User>(), ...keep });
const numbered = topic('numbered', { key: int64, value: json<User>(), ...keep });
const counts = topic('counts', { key: utf8, value: int64, ...keep });
const names = topic('names', { key: utf8, value: utf8, ...keep });
const windowedCounts = topic('windowed-counts', { key: timeWindowed(utf8, 1000), value: int64, ...keep });
const around = joinWindow({ before: 1000, after: 1000, grace: 0 });

// Code that must not compile: tsc fails when one of these lines has no error. Nothing here runs.
function _refused(builder: StreamsBuilder): void {
  const stream = builder.stream('orders', orders);
  const other = builder.stream('refunds', refunds);
  const byNumber = builder.stream('numbered', numbered);
  const table = builder.table('users', users);
  const numberTable = builder.table('numbered', numbered);
  const global = builder.globalTable('global', users);
  const grouped = stream.groupByKey();
  const windows = grouped.windowedBy('windows', tumbling(1000, { grace: 0 })).count();
  const zero = () => 0;
  const plus = (sum: number, { amount }: Order) => sum + amount;
  const label = (order: Order, user: User) => order.item + user.name;
  const toText = (sum: number) => `${sum}`;
  const nullable = builder.stream('nullable', names, { nulls: 'pass' });

  // topics
  // @ts-expect-error a stream of orders is not a stream of counts
  stream.to('a', counts);
  // @ts-expect-error keys are strings, the topic's are numbers
  table.toStream('b').to('b', numbered);
  // @ts-expect-error windows are not plain keys
  windows.closed.to('c', counts);
  // @ts-expect-error plain keys are not windows
  grouped.count('d').toStream('d').to('d', windowedCounts);
  // @ts-expect-error after mapValues the values are strings
  stream.mapValues('e', ({ item }) => item).to('e', orders);
  // @ts-expect-error after selectKey the keys are numbers
  stream.selectKey('f', ({ value }) => value.amount).to('f', orders);
  // @ts-expect-error a topic's key serde must fit its key type
  topic<number, string>('g', { key: utf8, value: utf8, ...keep });

  // records in steps
  // @ts-expect-error an order has no price
  stream.filter('h', ({ value }) => value.price > 3);
  // @ts-expect-error with nulls: 'pass' the value may be null
  nullable.mapValues('i', value => value.length);
  // @ts-expect-error with nulls: 'pass' the key may be null
  nullable.selectKey('j', ({ key }) => key.toUpperCase());
  // @ts-expect-error a table's value may be a tombstone
  table.toStream('k').mapValues('k', user => user.name);
  // @ts-expect-error a filter returns a boolean
  stream.filter('l', ({ value }) => value.item);
  // @ts-expect-error map returns whole records
  stream.map('m', ({ value }) => value);
  // @ts-expect-error flatMapValues returns several values
  stream.flatMapValues('n', ({ amount }) => amount);
  // @ts-expect-error the serde of mapped values must fit them
  stream.mapValues('o', ({ item }) => item, int64);
  // @ts-expect-error records are immutable
  stream.peek('p', record => (record.timestampMs = 0));
  // @ts-expect-error two streams of different values are not one stream
  stream.merge('q', other);
  // @ts-expect-error there is no branch of that name
  stream.branch('r', { big: ({ value }) => value.amount > 9 }).small;

  // grouping and aggregating
  // @ts-expect-error a new key needs a serde
  stream.groupBy('s', ({ value }) => value.item);
  // @ts-expect-error the serde of a new key must fit it
  stream.groupBy('t', ({ value }) => value.item, { key: int64 });
  // @ts-expect-error an aggregate needs a serde
  grouped.aggregate('u', zero, plus, {});
  // @ts-expect-error the serde of an aggregate must fit it
  grouped.aggregate('v', zero, plus, { value: utf8 });
  // @ts-expect-error the accumulator is a number and stays one
  grouped.aggregate('w', zero, toText, { value: int64 });
  // @ts-expect-error a reduction gives a value of the stream
  grouped.reduce('x', (one, two) => one.amount + two.amount);
  // @ts-expect-error a window needs its grace
  grouped.windowedBy('y', tumbling(1000));
  // @ts-expect-error a join window needs its grace
  joinWindow({ before: 1000, after: 1000 });
  // @ts-expect-error a table's group needs serdes of its key and value
  table.groupBy('z', (key, user) => [user.name, key]);
  // @ts-expect-error what is added to a table's group must be subtracted
  table.groupBy('aa', (key, user) => [user.name, key], { key: utf8, value: utf8 }).reduce('aa', one => one);
  // @ts-expect-error a pair has a value
  table.groupBy('ab', (_, user) => [user.name], { key: utf8, value: utf8 });

  // joins
  // @ts-expect-error keys of both streams must be of one type
  stream.join('ac', byNumber, (order, user) => order.item + user.name, around);
  // @ts-expect-error two streams are joined in a window
  stream.join('ad', other, (order, refund) => order.amount - refund.back);
  // @ts-expect-error keys of a stream and a table must be of one type
  stream.join('ae', numberTable, (order, user) => order.item + user.name);
  // @ts-expect-error keys of two tables must be of one type
  table.join('af', numberTable, (one, two) => one.name + two.name);
  // @ts-expect-error in a left join the other side may be missing
  stream.leftJoin('ag', table, (order, user) => order.item + user.name);
  // @ts-expect-error in an outer join either side may be missing
  stream.outerJoin('ah', other, (order, refund) => order.amount - (refund?.back ?? 0), around);
  // @ts-expect-error in a left join of tables the right side may be missing
  table.leftJoin('ai', table, (one, two) => one.name + two.name);
  // @ts-expect-error a global table is joined by a key of its own
  stream.join('aj', global, (order: Order, user: User) => order.item + user.name);
  // @ts-expect-error that key must be of the global table's type
  stream.join('ak', global, ({ value }) => value.amount, label);
  // @ts-expect-error a table cannot be joined in a window
  stream.outerJoin('al', table, (order, user) => [order, user], around);
  // @ts-expect-error the serde of a join's result must fit it
  table.join('am', table, (one, two) => one.name + two.name, { value: int64 });
  // @ts-expect-error a table is joined with a table, not with a stream
  table.join('an', stream, (user, order) => user.name + order.item);
  // @ts-expect-error a stream without repartition has no number of partitions
  stream.groupByKey({ partitions: 3 });
}

test('code that must not compile is refused by tsc', () => {
  expect(_refused).toBeTypeOf('function');
});

test('types of keys and values follow from topic to topic', () => {
  const builder = new StreamsBuilder();
  const stream = builder.stream('orders', orders);
  const table = builder.table('users', users);
  const global = builder.globalTable('global', names);

  expectTypeOf(stream).toEqualTypeOf<KStream<string, Order>>();
  expectTypeOf(table).toEqualTypeOf<KTable<string, User>>();
  expectTypeOf(global).toEqualTypeOf<GlobalKTable<string, string>>();
  expectTypeOf(builder.stream('counts', counts, { nulls: 'pass' })).toEqualTypeOf<
    KStream<string | null, number | null>
  >();

  expectTypeOf(stream.mapValues('a', ({ amount }) => amount)).toEqualTypeOf<KStream<string, number>>();
  expectTypeOf(stream.flatMapValues('b', ({ item }) => [item])).toEqualTypeOf<KStream<string, string>>();
  expectTypeOf(stream.selectKey('c', ({ value }) => value.amount)).toEqualTypeOf<KStream<number, Order>>();
  const swapped = stream.map('d', ({ key, value, ...rest }) => ({ key: value.amount, value: key, ...rest }));
  expectTypeOf(swapped).toEqualTypeOf<KStream<number, string>>();
  const bigs = stream.filter('e', (r): r is StreamRecord<string, Order & { amount: 9 }> => r.value.amount === 9);
  expectTypeOf(bigs).toEqualTypeOf<KStream<string, Order & { amount: 9 }>>();
  const branches = stream.branch('f', { big: ({ value }) => value.amount > 9 }, 'rest');
  expectTypeOf(branches).toEqualTypeOf<Readonly<Record<'big' | 'rest', KStream<string, Order>>>>();

  const grouped = stream.groupByKey();
  expectTypeOf(grouped).toEqualTypeOf<KGroupedStream<string, Order>>();
  expectTypeOf(grouped.count('g')).toEqualTypeOf<KTable<string, number>>();
  const sums = grouped.aggregate('h', () => 0, (sum, { amount }) => sum + amount, { value: int64 }); // biome-ignore format: one line
  expectTypeOf(sums).toEqualTypeOf<KTable<string, number>>();
  const windows = grouped.windowedBy('i', tumbling(seconds(1), { grace: 0 })).count();
  expectTypeOf(windows.updates).toEqualTypeOf<KTable<Windowed<string>, number>>();
  expectTypeOf(windows.closed).toEqualTypeOf<KStream<Windowed<string>, number>>();
  expectTypeOf(windows.late).toEqualTypeOf<KStream<string, Order>>();

  expectTypeOf(table.toStream('j')).toEqualTypeOf<KStream<string, User | null>>();
  expectTypeOf(table.mapValues('k', ({ name }) => name.length)).toEqualTypeOf<KTable<string, number>>();
  const byName = table.groupBy('l', (key, { name }) => [name, key], { key: utf8, value: utf8 });
  expectTypeOf(byName).toEqualTypeOf<KGroupedTable<string, string>>();
  expectTypeOf(stream.toTable('m')).toEqualTypeOf<KTable<string, Order>>();
});

test('the types of joins say which side may be missing', () => {
  const builder = new StreamsBuilder();
  const stream = builder.stream('orders', orders);
  const other = builder.stream('refunds', refunds);
  const table = builder.table('users', users);
  const global = builder.globalTable('global', names);

  stream.join('a', other, (order, refund, key) => {
    expectTypeOf([order, refund, key] as const).toEqualTypeOf<readonly [Order, { readonly back: number }, string]>();
    return 1;
  }, around); // biome-ignore format: a story
  stream.leftJoin('b', other, (order, refund) => {
    expectTypeOf([order, refund] as const).toEqualTypeOf<readonly [Order, { readonly back: number } | null]>();
    return 1;
  }, around); // biome-ignore format: a story
  const outer = stream.outerJoin('c', other, (order, refund) => {
    expectTypeOf([order, refund] as const).toEqualTypeOf<readonly [Order | null, { readonly back: number } | null]>();
    return 1;
  }, around); // biome-ignore format: a story
  expectTypeOf(outer).toEqualTypeOf<KStream<string, number>>();

  const named = stream.leftJoin('d', table, (order, user) => ({ order, user }));
  expectTypeOf(named).toEqualTypeOf<KStream<string, { order: Order; user: User | null }>>();
  const labelled = stream.join('e', global, ({ value }) => value.item, ({ amount }, label) => `${amount} ${label}`); // biome-ignore format: one line
  expectTypeOf(labelled).toEqualTypeOf<KStream<string, string>>();
  const both = table.outerJoin('f', table, (one, two) => one?.name ?? two?.name ?? null);
  expectTypeOf(both).toEqualTypeOf<KTable<string, string>>();
});
