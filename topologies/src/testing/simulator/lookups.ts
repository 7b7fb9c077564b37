import {
  differences,
  type FedRecord,
  type FinalLog,
  partitionsOf,
  type Random,
  type Scenario,
} from '@sightline/processors/runtime/simulator';
import { topic } from '@sightline/schemas/topic';
import { StreamsBuilder, utf8 } from '../../dsl/index.ts';

const kept = { cleanup: 'delete', retention: { timeMs: -1 } } as const;
const prices = topic('prices-in', { key: utf8, value: utf8, ...kept });
const orders = topic('orders-in', { key: utf8, value: utf8, ...kept });
const priced = topic('priced-out', { key: utf8, value: utf8, ...kept });
const KEYS = ['a', 'b', 'c', 'd', 'e', 'f'] as const;

/** A global table that is complete before any process starts: no lane may look it up before it has read all of it. */
export const lookups: Scenario = {
  name: 'lookups',
  topology() {
    const builder = new StreamsBuilder();
    const table = builder.globalTable('prices', prices);
    builder
      .stream('in', orders)
      .leftJoin(
        'price',
        table,
        ({ key }) => key,
        (order, price: string | null) => `${order} at ${price}`,
      )
      .mapValues('text', value => value, utf8)
      .to('out', priced);
    return builder.build();
  },
  topics: [prices, orders, priced],
  feed(random, partitions, count) {
    const first = KEYS.map((key, index) => price(random, partitions, key, index));
    return [...first, ...Array.from({ length: count }, (_, index) => order(random, partitions, index))];
  },
  judge: log => partitionsOf(log).flatMap(partition => judgePartition(log, partition)),
};

function price(random: Random, partitions: number, key: string, index: number): FedRecord {
  const place = { topic: prices, partition: random.int(0, partitions - 1) };
  return { ...place, key: Buffer.from(key), value: Buffer.from(`${key}${key}`), timestampMs: index, isFirst: true };
}

function order(random: Random, partitions: number, index: number): FedRecord {
  const key = Buffer.from(random.pick(KEYS));
  return { topic: orders, partition: random.int(0, partitions - 1), key, value: Buffer.from(`${index}`), timestampMs: index }; // biome-ignore format: one record
}

function judgePartition(log: FinalLog, partition: number): string[] {
  const expected = log.read(orders.name, partition).map(({ key, value }) => `${key}=${value} at ${key}${key}`);
  const found = log.read(priced.name, partition).map(({ key, value }) => `${key}=${value}`);
  return differences(`priced ${partition}`, expected, found);
}
