import type { Processor } from '@sightline/processors/runtime';
import { topic } from '@sightline/schemas/topic';
import { expect, test } from 'vitest';
import type { DriverOptions } from '../testing/driver-options.ts';
import { drive } from '../testing/topology-test-driver.ts';
import { joinWindow } from './join-window.ts';
import { int64, utf8 } from './serdes.ts';
import type { StreamsBuilder } from './streams-builder.ts';

const keep = { cleanup: 'delete', retention: { timeMs: -1 } } as const;
const texts = (name: string) => topic(name, { key: utf8, value: utf8, ...keep });
const [words, others, results] = [texts('words'), texts('others'), texts('results')];
const counts = topic('counts', { key: utf8, value: int64, ...keep });
const first = ({ value }: { readonly value: string }) => value.charAt(0);
const idle = (): Processor<string, string, string, string> => ({ process() {} });
const window = joinWindow({ before: 10, after: 10, grace: 0 });

const counting = (options: DriverOptions = {}) =>
  drive(builder => {
    const letters = builder.stream('words', words).selectKey('by-letter', first, utf8);
    letters.groupByKey().count('counts').toStream('told').to('counts-out', counts);
  }, options);

test('records of one new key meet in one task, whatever their partitions', () => {
  const driver = counting({ partitions: 4, cacheMaxBytes: 0 });
  const piped = ['apple', 'bear', 'ant', 'bat', 'axe', 'cow'];
  for (const [at, word] of piped.entries()) driver.pipe(words, `key-${at}`, word);
  expect(Object.fromEntries(driver.store<string, { value: number }>('counts').map(([key, { value }]) => [key, value]))).toEqual({ a: 3, b: 2, c: 1 }); // biome-ignore format: one line
  expect(driver.readRecords(counts).length).toBe(6);
});

test('time and headers go through the repartition topic', () => {
  const driver = drive(builder => builder.stream('words', words).repartition('again').to('results', results));
  driver.pipe(words, 'k', 'w', { timestampMs: 42, headers: [['trace', Buffer.from('7')]] });
  expect(driver.readRecords(results)).toMatchObject([{ timestampMs: 42, headers: [['trace', Buffer.from('7')]] }]);
});

test('a repartition topic has the stated number of partitions, or that of its input', () => {
  const partitionsOf = (graph: (builder: StreamsBuilder) => void) => {
    const driver = drive(graph, { partitions: 4 });
    for (const key of 'abcdefghijklmnopqrstuvwxyz') driver.pipe(words, key, key);
    return new Set(driver.readRecords(results).map(({ partition }) => partition)).size;
  };
  const to = topic('results', { key: utf8, value: utf8, ...keep, partitions: 8 });
  expect(partitionsOf(b => b.stream('words', words).repartition('two', { partitions: 2 }).to('r', to, { partition: 'own' }))).toBe(2); // biome-ignore format: one line
  expect(partitionsOf(b => b.stream('words', words).repartition('same').to('r', to, { partition: 'own' }))).toBe(4);
});

test('a step that keeps keys needs no repartition topic; one that changes them does, for grouping and joins only', () => {
  const topicsOf = (graph: (builder: StreamsBuilder) => unknown) =>
    drive(graph)
      .describe()
      .match(/[\w-]+-repartition(?=\])/g) ?? [];
  const stream = (builder: StreamsBuilder) => builder.stream('words', words);
  expect(topicsOf(b => stream(b).filter('f', () => true).mapValues('m', v => v, utf8).peek('p', () => {}).groupByKey().count('c'))).toEqual([]); // biome-ignore format: a table
  expect(topicsOf(b => stream(b).selectKey('s', first, utf8).to('results', results))).toEqual([]);
  expect(topicsOf(b => stream(b).processValues('p', idle, [], utf8).groupByKey().count('c'))).toEqual([]);
  expect(topicsOf(b => stream(b).process('p', idle, [], { key: utf8, value: utf8 }).groupByKey().count('c'))).toEqual(['p-repartition']); // biome-ignore format: a table
  expect(topicsOf(b => stream(b).selectKey('s', first, utf8).groupByKey().count('c'))).toEqual(['s-repartition']);
  expect(topicsOf(b => stream(b).map('m', r => r, { key: utf8, value: utf8 }).filter('f', () => true).groupByKey().count('c'))).toEqual(['m-repartition']); // biome-ignore format: a table
  expect(topicsOf(b => stream(b).flatMap('x', r => [r], { key: utf8, value: utf8 }).groupByKey({ name: 'mine' }).count('c'))).toEqual(['mine-repartition']); // biome-ignore format: a table
  expect(topicsOf(b => stream(b).groupBy('g', first, { key: utf8 }).count('c'))).toEqual(['g-repartition']);
  expect(topicsOf(b => stream(b).selectKey('s', first, utf8).repartition('r').groupByKey().count('c'))).toEqual(['r-repartition']); // biome-ignore format: a table
  expect(topicsOf(b => stream(b).selectKey('s', first, utf8).merge('both', b.stream('o', others)).groupByKey().count('c'))).toEqual(['both-repartition']); // biome-ignore format: a table
  expect(topicsOf(b => stream(b).selectKey('s', first, utf8).branch('b', { all: () => true }).all.groupByKey().count('c'))).toEqual(['s-repartition']); // biome-ignore format: a table
});

test('a sink after new keys writes by key, so each key is in one partition of its topic', () => {
  const driver = drive(b => b.stream('words', words).selectKey('s', first).to('results', results), { partitions: 4 });
  for (const [at, word] of ['apple', 'ant', 'axe', 'arm', 'ash'].entries()) driver.pipe(words, `key-${at}`, word);
  expect(new Set(driver.readRecords(results).map(({ partition }) => partition)).size).toBe(1);
});

test('one stream has one repartition topic, however often it is grouped and joined', () => {
  const driver = drive(builder => {
    const letters = builder.stream('words', words).selectKey('by-letter', first, utf8);
    letters.groupByKey().count('counts');
    letters.groupByKey().reduce('last', (_, word) => word);
    const other = builder.stream('others', others).selectKey('other', first, utf8);
    letters.join('pairs', other, (one, two) => `${one}+${two}`, window).to('results', results);
    letters.toTable('latest');
  });
  expect(driver.describe().match(/[\w-]+-repartition(?=\])/g)).toEqual(['by-letter-repartition', 'other-repartition']);
  driver.pipe(words, 'k', 'apple', { timestampMs: 1 });
  driver.pipe(others, 'k', 'ant', { timestampMs: 2 });
  expect(driver.read()).toEqual({ results: ['apple+ant'] });
  expect(driver.store('latest')).toEqual([['a', { value: 'apple', timestampMs: 1 }]]);
});

test('two streams that would share a name for their topic are refused', () => {
  const graph = (builder: StreamsBuilder) => {
    const letters = builder.stream('words', words).selectKey('by-letter', first, utf8);
    letters.groupByKey().count('counts');
    return letters.filter('long', ({ value }) => value.length > 3);
  };
  expect(() => drive(builder => graph(builder).groupByKey().count('long-counts'))).toThrow(
    'named by-letter-repartition',
  );
  expect(() => drive(builder => graph(builder).groupByKey({ name: 'long' }).count('long-counts'))).not.toThrow();
});

test('a step that writes between tasks without a serde is refused by name', () => {
  const refused = (graph: (builder: StreamsBuilder) => unknown) => expect(() => drive(graph));
  refused(b => b.stream('words', words).selectKey('s', first).groupByKey().count('c')).toThrow('s writes keys but has no serde for them'); // biome-ignore format: one line
  refused(b => b.stream('words', words).mapValues('m', v => v.length).selectKey('s', () => 'k', utf8).groupByKey().count('c')).toThrow('s writes values but has no serde'); // biome-ignore format: one line
});

test('joined streams must have the same number of partitions, and a repartition topic takes the number of its partner', () => {
  const three = topic('three', { key: utf8, value: utf8, ...keep, partitions: 3 });
  const pair = (one: string, two: string) => `${one}+${two}`;
  const apart = (builder: StreamsBuilder) =>
    builder.stream('words', words).join('pairs', builder.stream('three', three), pair, window);
  expect(() => drive(apart)).toThrow('must have the same number of partitions: words 1, three 3');
  const driver = drive(builder => {
    const letters = builder.stream('words', words).selectKey('by-letter', first, utf8);
    letters.join('pairs', builder.stream('three', three), pair, window).to('results', results);
  });
  for (const letter of 'abcdef') driver.pipe(three, letter, letter, { timestampMs: 1 });
  for (const letter of 'abcdef') driver.pipe(words, 'k', `${letter}!`, { timestampMs: 1 });
  expect(driver.readRecords(results).map(({ value }) => value)).toEqual(['a!+a', 'b!+b', 'c!+c', 'd!+d', 'e!+e', 'f!+f']); // biome-ignore format: one line
});

test('uncommitted records between tasks arrive exactly once', () => {
  const driver = counting({ commit: 'manual' });
  driver.pipe(words, 'k', 'apple');
  driver.commit();
  driver.pipe(words, 'k', 'ant');
  driver.crash();
  driver.restart();
  driver.commit();
  driver.commit();
  expect(driver.store('counts')).toMatchObject([['a', { value: 2 }]]);
  expect(driver.readRecords(counts).at(-1)).toMatchObject({ key: 'a', value: 2 });
});

test('a description names the topic between two subtopologies', () => {
  expect(counting().describe()).toMatchInlineSnapshot(`
    "Topologies:
       Sub-topology: 0
        Source: words (topics: [words])
          --> by-letter
        Processor: by-letter (stores: [])
          --> by-letter-repartition-filter
          <-- words
        Processor: by-letter-repartition-filter (stores: [])
          --> by-letter-repartition-sink
          <-- by-letter
        Sink: by-letter-repartition-sink (topic: by-letter-repartition, partition by key)
          <-- by-letter-repartition-filter

       Sub-topology: 1
        Source: by-letter-repartition-source (topics: [by-letter-repartition])
          --> counts
        Processor: counts (stores: [counts])
          --> told
          <-- by-letter-repartition-source
        Processor: told (stores: [])
          --> counts-out
          <-- counts
        Sink: counts-out (topic: counts)
          <-- told
        Store: counts (key-value, key: utf8, value: timestamped(int64), changelog)
    "
  `);
});
