import type { Windowed } from '@sightline/processors/runtime';
import { topic } from '@sightline/schemas/topic';
import { expect, test } from 'vitest';
import type { DriverOptions } from '../testing/driver-options.ts';
import { TopologyTestDriver } from '../testing/topology-test-driver.ts';
import { utf8 } from './serdes.ts';
import { type SuppressConfig, untilTimeLimit, untilWindowCloses } from './suppress.ts';
import { dead, windowedTopic, words } from './testing/window-story.ts';
import { tumbling } from './windows.ts';

const keep = { cleanup: 'delete', retention: { timeMs: -1 } } as const;
const prices = topic('prices', { key: utf8, value: utf8, ...keep });
const released = topic('released', { key: utf8, value: utf8, ...keep });
const windows = tumbling(10, { grace: 5 });
const releasedWindows = windowedTopic('released', windows);

/** A table of prices, held back. */
function table(config: SuppressConfig, options: DriverOptions = {}) {
  const driver = new TopologyTestDriver(builder => {
    const held = builder.table('prices', prices).suppress('held', config);
    held.toStream('changes').to('released', released);
  }, options);
  const set = (key: string, value: string | null, timestampMs: number) => {
    driver.pipe(prices, key, value, { timestampMs });
    return driver.readRecords(released).map(({ key, value, timestampMs }) => `${key}=${value ?? '-'}@${timestampMs}`);
  };
  return { driver, set };
}

/** Words counted by windows, held back. */
function counts(config: SuppressConfig, options: DriverOptions = {}) {
  const driver = new TopologyTestDriver(builder => {
    const { updates } = builder
      .stream('words', words)
      .groupByKey()
      .windowedBy('joined', windows)
      .aggregate(() => '', (joined, word) => joined + word, { value: utf8 }); // biome-ignore format: one line
    updates.suppress('held', config).toStream('changes').to('released', releasedWindows);
  }, options);
  const say = (key: string, timestampMs: number) => {
    driver.pipe(words, key, 'x', { timestampMs });
    return driver.readRecords(releasedWindows).map(record => shown(record.key, record.value));
  };
  return { driver, say };
}
const shown = ({ key, startMs }: Windowed<string>, value: string | null) => `${key}[${startMs}]=${value ?? '-'}`;

test('a window is forwarded once, when it closes, by window, then key', () => {
  const { say } = counts(untilWindowCloses());
  expect([say('b', 1), say('a', 2), say('b', 3), say('a', 12), say('b', 14)].flat()).toEqual([]);
  expect(say('c', 15)).toEqual(['a[0]=x', 'b[0]=xx']);
  expect(say('c', 400)).toEqual(['a[10]=x', 'b[10]=x', 'c[10]=x']);
});

test('a full buffer of final results stops the task, and nothing of the record stays', () => {
  const { driver, say } = counts(untilWindowCloses({ maxRecords: 2 }), {
    deadLetters: dead,
    onProcessError: () => 'dead-letter',
    cacheMaxBytes: 0,
  });
  say('a', 1);
  say('b', 2);
  expect(say('c', 3)).toEqual([]);
  expect(driver.account(words)).toMatchObject({ processed: 2, deadLettered: 1 });
  expect(
    driver
      .readRecords(dead)[0]
      ?.headers.map(([, value]) => value.toString())
      .join(),
  ).toContain('held is full: 3 records of 2');
  say('b', 4);
  expect(driver.account(words)).toMatchObject({ processed: 3, deadLettered: 1 });
  expect(say('a', 15)).toEqual(['a[0]=x', 'b[0]=xx']);
});

test('the newest change of a key waits as long as the first of them', () => {
  const { set } = table(untilTimeLimit(4));
  expect([set('a', 'p1', 0), set('a', 'p2', 1), set('b', 'p3', 3)].flat()).toEqual([]);
  expect(set('c', 'p4', 4)).toEqual(['a=p2@1']);
  expect(set('a', 'p5', 8)).toEqual(['b=p3@3', 'c=p4@4']);
});

test('a deletion is forwarded after a time limit, but not at the end of a window', () => {
  const { set } = table(untilTimeLimit(4), { cacheMaxBytes: 0 });
  set('a', 'p1', 0);
  set('a', null, 1);
  expect(set('b', 'p2', 4)).toEqual(['a=-@1']);
});

test('a limit of 0 ms holds only records that are out of order', () => {
  const { set } = table(untilTimeLimit(0));
  expect(set('a', 'p1', 5)).toEqual(['a=p1@5']);
  expect(set('b', 'p2', 3)).toEqual(['b=p2@3']);
});

test.each([
  ['records', { maxRecords: 2 }],
  ['bytes', { maxBytes: 75 }],
])('a buffer full of %s lets the earliest go', (_, bounds) => {
  const { set } = table(untilTimeLimit(60, bounds));
  expect([set('b', 'p1', 5), set('a', 'p2', 5), set('b', 'p3', 9)].flat()).toEqual([]);
  expect(set('c', 'p4', 1)).toEqual(['c=p4@1']);
  expect(set('d', 'p5', 7)).toEqual(['a=p2@5']);
});

test('held changes survive a crash, and time does not change', () => {
  const { driver, set } = table(untilTimeLimit(4));
  const restart = () => {
    driver.crash();
    driver.restart();
  };
  set('a', 'p1', 10);
  set('b', 'p2', 12);
  restart();
  expect(set('a', 'p3', 13)).toEqual([]);
  restart();
  expect(set('c', 'p4', 14)).toEqual(['a=p3@13']);
  restart();
  expect(set('d', 'p5', 3)).toEqual(['d=p5@3']);
  expect(driver.store('held-store').map(([key]) => key)).toEqual(['b', 'c']);
});

test('held changes keep their headers and their prior value', () => {
  const { driver } = table(untilTimeLimit(4));
  const by = Buffer.from('clerk');
  driver.pipe(prices, 'a', 'p1', { timestampMs: 1, headers: [['by', by]] });
  driver.crash();
  driver.restart();
  driver.pipe(prices, 'b', 'p2', { timestampMs: 5 });
  expect(driver.readRecords(released).map(({ key, headers }) => [key, headers])).toEqual([['a', [['by', by]]]]);
});

test('a step behind the buffer looks up released values', () => {
  const greeted = topic('greeted', { key: utf8, value: utf8, ...keep });
  const driver = new TopologyTestDriver(builder => {
    const held = builder.table('prices', prices).suppress('held', untilTimeLimit(4));
    const said = builder.stream('words', words).join('both', held, (word, price) => `${word} ${price}`);
    said.to('greeted', greeted);
  });
  driver.pipe(prices, 'a', 'p1', { timestampMs: 1 });
  driver.pipe(words, 'a', 'unknown', { timestampMs: 2 });
  driver.pipe(prices, 'b', 'q1', { timestampMs: 6 });
  driver.pipe(prices, 'a', 'p2', { timestampMs: 7 });
  driver.pipe(prices, 'a', 'p3', { timestampMs: 7 });
  driver.pipe(words, 'a', 'knows', { timestampMs: 8 });
  expect(driver.read()).toEqual({ greeted: ['knows p1'] });
});

test('a table without windows, and windows by the time of each key, cannot wait for their end', () => {
  expect(() => table(untilWindowCloses())).toThrow('held cannot wait for windows to close');
  const byKey = tumbling(10, { grace: 0, time: 'key' });
  expect(
    () =>
      new TopologyTestDriver(builder => {
        const { updates } = builder.stream('words', words).groupByKey().windowedBy('joined', byKey).count();
        updates.suppress('held', untilWindowCloses());
      }),
  ).toThrow('held cannot wait for windows to close');
});
