import { timeWindowed, type Windowed } from '@sightline/processors/runtime';
import { minutes, seconds } from '@sightline/schemas/duration';
import { topic } from '@sightline/schemas/topic';
import { expect, expectTypeOf, test } from 'vitest';
import type { DriverOptions } from '../testing/driver-options.ts';
import { TopologyTestDriver } from '../testing/topology-test-driver.ts';
import { int64, utf8 } from './serdes.ts';
import type { CogroupedKStream, KTable } from './streams.ts';
import { StreamsBuilder } from './streams-builder.ts';
import { tumbling } from './windows.ts';

const keep = { cleanup: 'delete', retention: { timeMs: -1 } } as const;
const words = topic('words', { key: utf8, value: utf8, ...keep });
const amounts = topic('amounts', { key: utf8, value: int64, ...keep });
const texts = topic('texts', { key: utf8, value: utf8, ...keep });
const windows = topic('windows', { key: timeWindowed(utf8, seconds(10)), value: utf8, ...keep });
const tenSeconds = tumbling(seconds(10), { grace: 0 });

/** Words and amounts of a key in one text. */
function wordsAndAmounts(builder: StreamsBuilder): CogroupedKStream<string, string> {
  return builder
    .stream('words', words)
    .groupByKey()
    .cogroup<string>((text, word) => text + word)
    .cogroup(builder.stream('amounts', amounts).groupByKey(), (text, amount) => `${text}${amount}`);
}

function together(options: DriverOptions = {}): TopologyTestDriver {
  const graph = (builder: StreamsBuilder) =>
    wordsAndAmounts(builder).aggregate('text', () => '', { value: utf8 }).toStream('changes').to('texts', texts); // biome-ignore format: one line
  return new TopologyTestDriver(graph, options);
}

test('several streams become one aggregate per key, in the order of their records', () => {
  const driver = together();
  driver.pipe(words, 'a', 'x', { timestampMs: 1 });
  driver.pipe(amounts, 'a', 7, { timestampMs: 3 });
  driver.pipe(words, 'a', 'y', { timestampMs: 2 });
  expect(driver.read()).toEqual({ texts: ['x', 'x7', 'x7y'] });
  expect(driver.store('text')).toEqual([['a', { value: 'x7y', timestampMs: 3 }]]);
});

test('with a cache, all streams together forward one change per key and commit', () => {
  const driver = together({ cacheMaxBytes: 1_000_000, commit: 'manual' });
  driver.pipe(amounts, 'a', 1, { timestampMs: 1 });
  driver.pipe(words, 'a', 'x', { timestampMs: 2 });
  driver.pipe(amounts, 'a', 2, { timestampMs: 3 });
  driver.commit();
  expect(driver.read()).toEqual({ texts: ['1x2'] });
});

test('a record is late by the time of its own stream, also after a crash', () => {
  const options = { value: utf8, retentionMs: minutes(1) };
  const driver = new TopologyTestDriver(
    builder =>
    wordsAndAmounts(builder).windowedBy('text', tenSeconds).aggregate(() => '', options).toStream('changes').to('windows', windows), // biome-ignore format: one line
  );
  driver.pipe(words, 'a', 'x', { timestampMs: seconds(30) });
  driver.crash();
  driver.restart();
  driver.pipe(amounts, 'a', 7, { timestampMs: 1 });
  driver.pipe(words, 'a', 'late', { timestampMs: 2 });
  expect(driver.read()).toEqual({ windows: ['x', '7'] });
  expect(driver.account(words)).toMatchObject({ processed: 0, late: 1 }); // since the restart
  expect(driver.account(amounts)).toMatchObject({ processed: 1, late: 0 });
});

test('aggregators take the values of their own stream and make one type', () => {
  const builder = new StreamsBuilder();
  const both = wordsAndAmounts(builder);
  expectTypeOf(both.windowedBy('a', tenSeconds).aggregate(() => '', { value: utf8 })).toEqualTypeOf<
    KTable<Windowed<string>, string>
  >();
  const numbers = builder.stream('more-amounts', { ...amounts, name: 'more-amounts' }).groupByKey();
  // @ts-expect-error amounts are not words
  both.cogroup(numbers, (text, amount: string) => text + amount);
  // @ts-expect-error the aggregate is a text
  both.cogroup(numbers, (_, amount) => amount);
  // @ts-expect-error a text is not written as a number
  both.aggregate('b', () => '', { value: int64 });
});
