import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LogClient } from '@sightline/processors/log';
import {
  type KeyValueStore,
  type KeyValueStoreBuilder,
  keyValueStore,
  type Processor,
  type ProcessorContext,
  type StreamRecord,
  StreamsApp,
  type Topology,
  type ValueAndTimestamp,
} from '@sightline/processors/runtime';
import { DEFAULT_SETTINGS, MemoryLog } from '@sightline/processors/runtime/testing';
import { topic } from '@sightline/schemas/topic';
import { expect, test } from 'vitest';
import { int64, joinWindow, json, minutes, StreamsBuilder, seconds, tumbling, utf8 } from './dsl/index.ts';
import { drive } from './testing/topology-test-driver.ts';

/** Runs the examples of GUIDE.md. It fails when a code block of the guide is not in this file, word for word. */
interface Order {
  readonly customer: string;
  readonly cents: number;
}
const kept = { cleanup: 'delete', retention: { timeMs: -1 } } as const;
const order = json<Order>();

const orders = topic('orders', { key: utf8, value: order, ...kept });
const counts = topic('counts', { key: utf8, value: int64, ...kept });
const payments = topic('payments', { key: utf8, value: utf8, ...kept });
const customers = topic('customers', { key: utf8, value: utf8, ...kept, cleanup: 'compact' });
const late = topic('late-orders', { key: utf8, value: order, ...kept });
const texts = topic('texts', { key: utf8, value: utf8, ...kept });

function perCustomer(builder: StreamsBuilder): void {
  builder
    .stream('orders', orders)
    .groupBy('by-customer', ({ value }) => value.customer, { key: utf8 })
    .count('orders-per-customer')
    .toStream('updates')
    .to('counts', counts);
}

function perMinute(builder: StreamsBuilder): void {
  const perMinute = builder
    .stream('orders', orders)
    .selectKey('by-customer', ({ value }) => value.customer, utf8)
    .groupByKey()
    .windowedBy('orders-per-minute', tumbling(minutes(1), { grace: seconds(10) }))
    .count();
  perMinute.closed // once, when the minute and its grace are over
    .map('unwindowed', ({ key, ...record }) => ({ ...record, key: `${key.key} ${key.startMs}` }), { key: utf8 })
    .to('counts', counts);
  perMinute.late.to('late', late); // never only counted
}

function named(builder: StreamsBuilder): void {
  const names = builder.table('names', customers);
  builder
    .stream('orders', orders)
    .selectKey('by-customer', ({ value }) => value.customer, utf8)
    .leftJoin('with-name', names, ({ cents }, name) => `${name ?? 'a stranger'} orders for ${cents}`)
    .to('texts', texts);
}

function paid(builder: StreamsBuilder): void {
  const within = joinWindow({ before: 0, after: minutes(15), grace: minutes(1) });
  builder
    .stream('orders', orders)
    .join('paid', builder.stream('payments', payments), ({ cents }, by) => `${cents} by ${by}`, within)
    .to('texts', texts);
}

const lastOrder = keyValueStore('last-order', utf8, int64);

class Repeats implements Processor<string, Order, string, string> {
  #context: ProcessorContext<string, string> | undefined;
  #store: KeyValueStore<string, number> | undefined;

  init(context: ProcessorContext<string, string>): void {
    this.#context = context;
    this.#store = context.stateStore(lastOrder);
    context.schedule(minutes(1), 'stream-time', timestampMs => this.#forget(timestampMs - minutes(5)));
  }

  process({ key, value, timestampMs }: StreamRecord<string, Order>): void {
    const beforeMs = this.#store?.get(value.customer);
    this.#store?.put(value.customer, timestampMs);
    if (beforeMs === undefined) return;
    this.#context?.forward({ key, value: `${value.customer} again after ${timestampMs - beforeMs} ms`, timestampMs });
  }

  #forget(untilMs: number): void {
    for (const [customer, lastMs] of this.#store?.all() ?? []) if (lastMs < untilMs) this.#store?.delete(customer);
  }
}

function repeats(builder: StreamsBuilder): void {
  builder
    .stream('orders', orders)
    .process('repeats', () => new Repeats(), [lastOrder])
    .to('texts', texts);
}

async function run(log: LogClient, topology: Topology): Promise<StreamsApp> {
  const app = new StreamsApp({
    applicationId: 'orders-app',
    log, // await connectLog({ brokers: ['localhost:9092'], clientId: 'orders' })
    topology,
    processingGuarantee: 'exactly-once', // the default
    standbyReplicas: 1,
    onFatal: () => process.exit(1),
  });
  await app.start();
  return app;
}

function ask(app: StreamsApp): number | undefined {
  const { store, isStale } = app.query<CountStore>('orders-per-customer', { key: 'ada', allowStale: true });
  return isStale ? undefined : store.get('ada')?.value;
}
type CountStore = KeyValueStoreBuilder<string, ValueAndTimestamp<number>>;

const at = (minute: number, second = 0) => ({ timestampMs: minutes(minute) + seconds(second) });

test('orders are counted per customer', () => {
  const driver = drive(perCustomer);
  driver.pipe(orders, 'o-1', { customer: 'ada', cents: 900 }, at(0));
  driver.pipe(orders, 'o-2', { customer: 'ada', cents: 250 }, at(0, 5));
  expect(driver.read()).toEqual({ counts: [1, 2] });
  expect(driver.store('orders-per-customer')).toEqual([['ada', { value: 2, timestampMs: seconds(5) }]]);
});

test('a closed minute is emitted once, and records after its grace go to the late topic', () => {
  const driver = drive(perMinute);
  driver.pipe(orders, 'o-1', { customer: 'ada', cents: 900 }, at(0, 30));
  driver.pipe(orders, 'o-2', { customer: 'ada', cents: 100 }, at(1, 10)); // closes [00:00, 00:01)
  driver.pipe(orders, 'o-3', { customer: 'ada', cents: 5 }, at(0, 59));
  expect(driver.read()).toEqual({ counts: [1], 'late-orders': [{ customer: 'ada', cents: 5 }] });
});

test('an order joins with the present name of its customer', () => {
  const driver = drive(named);
  driver.pipe(orders, 'o-1', { customer: 'ada', cents: 1 });
  driver.pipe(customers, 'ada', 'Ada Lovelace');
  driver.pipe(orders, 'o-2', { customer: 'ada', cents: 2 });
  expect(driver.read()).toEqual({ texts: ['a stranger orders for 1', 'Ada Lovelace orders for 2'] });
});

test('an order and its payment join within a quarter of an hour', () => {
  const driver = drive(paid);
  driver.pipe(orders, 'o-1', { customer: 'ada', cents: 900 }, at(0));
  driver.pipe(payments, 'o-1', 'card', at(14));
  driver.pipe(payments, 'o-1', 'cheque', at(16));
  expect(driver.read()).toEqual({ texts: ['900 by card'] });
});

test('a custom processor keeps state and deletes it by stream time', () => {
  const driver = drive(repeats);
  driver.pipe(orders, 'o-1', { customer: 'ada', cents: 1 }, at(0));
  driver.pipe(orders, 'o-2', { customer: 'ada', cents: 2 }, at(0, 3));
  driver.crash();
  driver.restart();
  driver.pipe(orders, 'o-3', { customer: 'ada', cents: 3 }, at(0, 4));
  driver.pipe(orders, 'o-4', { customer: 'bob', cents: 4 }, at(9));
  driver.pipe(orders, 'o-5', { customer: 'ada', cents: 5 }, at(9));
  expect(driver.read()).toEqual({ texts: ['ada again after 3000 ms', 'ada again after 1000 ms'] });
});

test('the application runs, and its state can be read', async () => {
  const log = new MemoryLog();
  log.createTopics([orders, counts].map(({ name }) => ({ topic: name, partitions: 1 })));
  log.append({ topic: 'orders', partition: 0, key: Buffer.from('o-1'), value: order.serialize({ customer: 'ada', cents: 9 }) }); // biome-ignore format: one call
  const builder = new StreamsBuilder();
  perCustomer(builder);
  const app = await run(log.client(), builder.build());
  const answers: (number | undefined)[] = [];
  for (let n = 0; n < 400 && answers.at(-1) !== 1; n++) {
    await new Promise(resolve => setTimeout(resolve, 5));
    if (app.health().lanes.some(({ lane, state }) => lane === '1_0' && state === 'running')) answers.push(ask(app));
  }
  expect(answers.at(-1)).toBe(1);
  await app.close();
});

const words = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
const guide = readFileSync(join(import.meta.dirname, '../GUIDE.md'), 'utf8');
const blocks = (language: string): string[] =>
  [...guide.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, block = '']) => words(block));

test('every example of the guide runs here, or compiles beside the vectors', () => {
  const ours = words(readFileSync(import.meta.filename, 'utf8'));
  const java = words(readFileSync(join(import.meta.dirname, '../vectors/java/guide/Guide.java'), 'utf8'));
  expect(blocks('ts').filter(block => !ours.includes(block))).toEqual([]);
  expect(blocks('java').filter(block => !java.includes(block))).toEqual([]);
  expect(blocks('ts').length).toBeGreaterThan(5);
});

test('the table of settings has every setting with its default', () => {
  const rows = new Map([...guide.matchAll(/^\| `(\w+)` \|[^|]*\| ([^|]*) \|/gm)].map(([, name = '', value = '']) => [name, value.trim()])); // biome-ignore format: one line
  for (const [name, value] of Object.entries(DEFAULT_SETTINGS))
    expect(`${name} ${rows.get(name)}`).toBe(`${name} ${typeof value === 'number' ? value.toLocaleString('en-US') : `\`${value}\``}`); // biome-ignore format: one line
});
