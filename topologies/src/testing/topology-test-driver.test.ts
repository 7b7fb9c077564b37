import {
  type KeyValueStore,
  keyValueStore,
  type Processor,
  type ProcessorContext,
  type StreamRecord,
} from '@sightline/processors/runtime';
import { type Serde, topic } from '@sightline/schemas/topic';
import { expect, test } from 'vitest';
import type { StreamsBuilder } from '../dsl/streams-builder.ts';
import { drive } from './topology-test-driver.ts';

const text: Serde<string> = { name: 'text', serialize: v => Buffer.from(v), deserialize: b => b.toString() };
const number: Serde<number> = {
  name: 'number',
  serialize: v => Buffer.from(String(v)),
  deserialize(bytes) {
    const value = Number(bytes.toString());
    if (Number.isNaN(value)) throw new Error(`${bytes} is no number`);
    return value;
  },
};
const raw: Serde<Buffer> = { name: 'bytes', serialize: v => v, deserialize: b => b };
const keep = { cleanup: 'delete', retention: { timeMs: -1 } } as const;
const words = topic('words', { key: text, value: text, ...keep });
const swollen = topic('swollen', { key: text, value: text, ...keep });
const amounts = topic('amounts', { key: text, value: number, ...keep });
const counts = topic('counts', { key: text, value: number, ...keep });
const settings = topic('settings', { key: text, value: text, ...keep, partitions: 1 });
const dead = topic('dead', { key: raw, value: raw, ...keep });
const countStore = keyValueStore('counts-by-key', text, number);

/** Counts records per key. The word `boom` makes it throw after it has written and forwarded. */
class Count implements Processor<string, string, string, number> {
  #context: ProcessorContext<string, number> | undefined;
  #store: KeyValueStore<string, number> | undefined;

  init(context: ProcessorContext<string, number>): void {
    this.#context = context;
    this.#store = context.stateStore(countStore);
  }

  process({ key, value, timestampMs }: StreamRecord<string, string>): void {
    if (value === 'again') {
      this.#context?.account('duplicate');
      return;
    }
    const count = (this.#store?.get(key) ?? 0) + 1;
    this.#store?.put(key, count);
    this.#context?.forward({ key, value: count, timestampMs });
    if (value === 'boom') throw new Error('boom was said');
  }
}
function counting(builder: StreamsBuilder): void {
  builder
    .stream('words', words)
    .process('count', () => new Count(), [countStore])
    .to('counts', counts);
}

test('records go through the graph and the results are committed, with state and accounting', () => {
  const driver = drive(counting);
  for (const [key, word] of [['a', 'x'], ['b', 'x'], ['a', 'again'], ['a', 'y']] as const) driver.pipe(words, key, word, { timestampMs: 1000 }); // biome-ignore format: a story
  expect(driver.read()).toEqual({ counts: [1, 1, 2] });
  expect(driver.read()).toEqual({});
  expect(driver.store('counts-by-key')).toEqual([['a', 2], ['b', 1]]); // biome-ignore format: entries
  expect(driver.account(words)).toEqual({ in: 4, processed: 3, late: 0, deadLettered: 0, filtered: 0, duplicate: 1 });
});

test('state survives a crash by its changelog, and uncommitted work is repeated once', () => {
  const driver = drive(counting, { commit: 'manual' });
  driver.pipe(words, 'a', 'x');
  driver.pipe(words, 'a', 'x');
  driver.commit();
  driver.pipe(words, 'a', 'x');
  expect(driver.read()).toEqual({ counts: [1, 2] });
  driver.crash();
  driver.restart();
  driver.commit();
  expect(driver.read()).toEqual({ counts: [3] });
  expect(driver.store('counts-by-key')).toEqual([['a', 3]]);
});

test('a record that does not decode goes to the dead letters with its origin, once, and the partition goes on', () => {
  const driver = drive(builder => builder.stream('amounts', amounts).to('counts', counts), { deadLetters: dead });
  driver.pipeBytes(amounts, Buffer.from('k'), Buffer.from('not a number'));
  driver.pipe(amounts, 'k', 7);
  driver.crash();
  driver.restart();
  expect(driver.readRecords(counts).map(({ value }) => value)).toEqual([7]);
  const [letter, ...more] = driver.readRecords(dead);
  expect([letter?.value?.toString(), more.length]).toEqual(['not a number', 0]);
  const headers = Object.fromEntries(letter?.headers.map(([name, value]) => [name, value.toString()]) ?? []);
  expect(headers).toMatchObject({
    '__streams.errors.exception': 'DecodeError',
    '__streams.errors.topic': 'amounts',
    '__streams.errors.partition': '0',
    '__streams.errors.offset': '0',
  });
  expect(headers['__streams.errors.message']).toContain('not a number is no number');
});

test('a processor that throws stops the task by default, with node, topic and offset in the error', () => {
  const driver = drive(counting);
  expect(() => driver.pipe(words, 'a', 'boom')).toThrow('count failed on words[0] at offset 0: boom was said');
});

test('a record that is dead-lettered after a throw leaves no output and no state behind', () => {
  const driver = drive(counting, { deadLetters: dead, onProcessError: () => 'dead-letter' });
  driver.pipe(words, 'a', 'x');
  driver.pipe(words, 'a', 'boom');
  driver.pipe(words, 'a', 'x');
  expect(driver.readRecords(counts).map(({ value }) => value)).toEqual([1, 2]);
  expect(driver.readRecords(dead).length).toBe(1);
  expect(driver.account(words)).toMatchObject({ in: 3, processed: 2, deadLettered: 1 });
});

test('an output that the broker would refuse is handled like any failure, before it is sent', () => {
  const swell = (builder: StreamsBuilder) => builder.stream('words', words).mapValues('swell', word => word.repeat(300_000)).to('out', swollen); // biome-ignore format: one graph
  const driver = drive(swell, { deadLetters: dead, onProcessError: () => 'dead-letter' });
  driver.pipe(words, 'a', 'x');
  driver.pipe(words, 'a', 'four');
  driver.pipe(words, 'a', 'y');
  expect(driver.readRecords(swollen).map(({ value }) => value?.length)).toEqual([300_000, 300_000]);
  expect(driver.readRecords(dead).map(({ value }) => value?.toString())).toEqual(['four']);
  const stopping = drive(swell);
  expect(() => stopping.pipe(words, 'a', 'four')).toThrow(
    /out failed on words\[0\] at offset 0: 12000\d\d bytes for swollen/,
  );
});

test('stream-time punctuators follow records, wall-clock ones the clock', () => {
  const ticks: string[] = [];
  const driver = drive(
    builder =>
      void builder.stream('words', words).process('ticking', () => ({
        init(context) {
          context.schedule(1000, 'stream-time', ms => ticks.push(`stream ${ms}`));
          context.schedule(1000, 'wall-clock', ms => ticks.push(`wall ${ms - 1_767_225_600_000}`));
        },
        process() {},
      })),
  );
  driver.pipe(words, 'a', 'x', { timestampMs: 500 });
  driver.pipe(words, 'a', 'x', { timestampMs: 900 });
  driver.pipe(words, 'a', 'x', { timestampMs: 5600 });
  driver.pipe(words, 'a', 'x', { timestampMs: 6400 });
  driver.advanceWallClockTime(2500);
  driver.advanceWallClockTime(400);
  expect(ticks).toEqual(['stream 500', 'stream 5600', 'stream 6400', 'wall 2500']);
});

test('a global store is folded before tasks run, tasks can read it, and it is folded again after a crash', () => {
  class Greeting {
    text = 'none';
    process({ value }: StreamRecord<string, string | null>): void {
      this.text = value ?? 'none';
    }
  }
  const driver = drive(builder => {
    builder.globalStore('greeting', settings, () => new Greeting());
    const greet = (): Processor<string, string, string, string> => {
      let context: ProcessorContext<string, string> | undefined;
      return {
        init(given) {
          context = given;
        },
        process: record =>
          context?.forward({ ...record, value: `${context.globalState<Greeting>('greeting').text} ${record.value}` }),
      };
    };
    builder
      .stream('words', words)
      .process('greet', greet)
      .to('words-out', topic('greeted', { key: text, value: text, ...keep }));
  });
  driver.pipe(settings, 's', 'hello');
  driver.pipe(words, 'a', 'world');
  driver.crash();
  driver.restart();
  driver.pipe(words, 'a', 'again');
  expect(driver.read()).toEqual({ greeted: ['hello world', 'hello again'] });
});

test('a branch sends each record to the first matching predicate', () => {
  const driver = drive(builder => {
    const { low, high } = builder
      .stream('amounts', amounts)
      .branch('size', { low: r => r.value < 10, high: r => r.value < 100 });
    low.to('low', topic('low', { key: text, value: number, ...keep }));
    high.filter('even', r => r.value % 2 === 0).to('high', topic('high', { key: text, value: number, ...keep }));
  });
  for (const amount of [5, 50, 51, 500]) driver.pipe(amounts, 'k', amount);
  expect(driver.read()).toEqual({ low: [5], high: [50] });
});

test('the description names nodes, stores and topics like Kafka Streams', () => {
  expect(drive(counting).describe()).toBe(`Topologies:
   Sub-topology: 0
    Source: words (topics: [words])
      --> count
    Processor: count (stores: [counts-by-key])
      --> counts
      <-- words
    Sink: counts (topic: counts, partition by key)
      <-- count
    Store: counts-by-key (key-value, key: text, value: number, changelog)
`);
});

test('a graph that cannot run is refused by name', () => {
  const refused = (graph: Parameters<typeof drive>[0]) => expect(() => drive(graph));
  refused(b => b.stream('a', words).process('a', () => new Count())).toThrow('two nodes are named a');
  refused(b => [b.stream('a', words), b.stream('b', words)]).toThrow('both read words');
  refused(b => b.addStateStore(countStore)).toThrow('no processor uses the state store counts-by-key');
});
