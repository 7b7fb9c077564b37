import { topic } from '@sightline/schemas/topic';
import { expect, test } from 'vitest';
import type { DriverOptions } from '../testing/driver-options.ts';
import { drive } from '../testing/topology-test-driver.ts';
import { joinWindow } from './join-window.ts';
import { utf8 } from './serdes.ts';
import { waitingStore } from './waiting-records.ts';

const keep = { cleanup: 'delete', retention: { timeMs: -1 } } as const;
const texts = (name: string) => topic(name, { key: utf8, value: utf8, ...keep });
const [lefts, rights, results] = [texts('lefts'), texts('rights'), texts('results')];
const window = joinWindow({ before: 100, after: 100, grace: 50 });
const both = (left: string | null, right: string | null) => `${left}+${right}`;

/** Pipes as `L 'v' @time`; the output as `key: value @time`. */
function joining(
  kind: 'join' | 'leftJoin' | 'outerJoin',
  options: DriverOptions & { readonly span?: typeof window } = {},
) {
  const { span = window, ...rest } = options;
  const driver = drive(builder => {
    const left = builder.stream('left', lefts, { nulls: 'pass' });
    const right = builder.stream('right', rights, { nulls: 'pass' });
    const pairs = {
      join: () => left.join('pairs', right, both, span),
      leftJoin: () => left.leftJoin('pairs', right, both, span),
      outerJoin: () => left.outerJoin('pairs', right, both, span),
    };
    pairs[kind]().to('results', results);
  }, rest);
  return {
    driver,
    left: (key: string | null, value: string | null, timestampMs: number) =>
      driver.pipe(lefts, key, value, { timestampMs }),
    right: (key: string | null, value: string | null, timestampMs: number) =>
      driver.pipe(rights, key, value, { timestampMs }),
    out: () => driver.readRecords(results).map(({ key, value, timestampMs }) => `${key}: ${value} @${timestampMs}`),
  };
}

test('records of one key join when their times are in the window, ends included; the result has the later time', () => {
  const { left, right, out } = joining('join');
  left('a', 'L1', 1000);
  right('a', 'R1', 900);
  right('a', 'R2', 1100);
  right('a', 'too early', 899);
  right('a', 'too late', 1101);
  right('b', 'other key', 1000);
  expect(out()).toEqual(['a: L1+R1 @1000', 'a: L1+R2 @1100']);
});

test('a window may reach to one side only', () => {
  const { left, right, out } = joining('join', { span: joinWindow({ before: 0, after: 100, grace: 0 }) });
  left('a', 'L', 1000);
  right('a', 'before', 999);
  right('a', 'same', 1000);
  right('a', 'after', 1100);
  expect(out()).toEqual(['a: L+same @1000', 'a: L+after @1100']);
  expect(() => joinWindow({ before: -10, after: 5, grace: 0 })).toThrow(
    'before (-10 ms) plus after (5 ms) of a join window must not be negative',
  );
  expect(() => joinWindow({ before: 1, after: 1, grace: -1 })).toThrow(
    'the grace of a join window must not be negative: -1 ms',
  );
});

test('several records of one key and time all join, in their order', () => {
  const { left, right, out } = joining('join');
  left('a', 'L1', 1000);
  left('a', 'L2', 1000);
  right('a', 'R', 1000);
  expect(out()).toEqual(['a: L1+R @1000', 'a: L2+R @1000']);
});

test('a left record without a match is forwarded with null once its window and grace are over, not before', () => {
  const { left, right, out } = joining('leftJoin');
  left('a', 'alone', 1000);
  right('b', 'never told', 1000);
  left('d', 'before', 990);
  left('c', 'not yet', 1150); // 1000 + 100 + 50 is not over
  expect(out()).toEqual(['d: before+null @990']);
  left('c', 'now', 1151);
  expect(out()).toEqual(['a: alone+null @1000']);
  right('a', 'too late to meet', 1101);
  expect(out()).toEqual([]);
});

test('a left record that joined is not forwarded again', () => {
  const { left, right, out } = joining('leftJoin');
  left('a', 'L', 1000);
  right('a', 'R', 1050);
  left('z', 'time goes on', 9000);
  expect(out()).toEqual(['a: L+R @1050']);
});

test('in an outer join records of either side are forwarded alone, in the order of time', () => {
  const { left, right, out } = joining('outerJoin');
  right('a', 'R', 1000);
  left('b', 'L', 990);
  left('c', 'L1', 1010);
  left('c', 'L2', 1010);
  right('z', 'time goes on', 9000);
  expect(out()).toEqual(['b: L+null @990', 'a: null+R @1000', 'c: L1+null @1010', 'c: L2+null @1010']);
});

test('records without a value are dropped; those without a key are forwarded alone if their side is outer', () => {
  for (const [kind, told] of [
    ['join', []],
    ['leftJoin', ['null: L+null @1000']],
    ['outerJoin', ['null: L+null @1000', 'null: null+R @1000']],
  ] as const) {
    const { driver, left, right, out } = joining(kind);
    left(null, 'L', 1000);
    right(null, 'R', 1000);
    left('a', null, 1000);
    right('a', null, 1000);
    left('z', 'time goes on', 9000);
    expect(out()).toEqual(told);
    expect(driver.metrics()['dropped-records-total']).toBe(4 - told.length);
  }
});

test('a record past window and grace is late: it joins stored records but is not stored', () => {
  const { driver, left, right, out } = joining('join');
  left('a', 'L1', 1000);
  left('a', 'L2', 1250);
  left('a', 'late', 1000); // 1000 <= 1250 - 250
  right('a', 'R', 1000);
  expect(out()).toEqual([]); // L1 is as old as the late one
  expect(driver.account(lefts)).toMatchObject({ in: 3, processed: 2, late: 1 });
});

test('waiting and joined records survive a crash, and a restart changes no result', () => {
  const story = (restartAfter: number | undefined) => {
    const { driver, left, right, out } = joining('outerJoin');
    const steps = [
      () => left('a', 'L', 1000),
      () => right('b', 'R', 1000),
      () => right('a', 'R', 1060),
      () => left('c', 'old', 980),
      () => left('d', 'later', 1131),
      () => right('d', 'later', 1132),
      () => left('e', 'end', 1151),
      () => right('e', 'end', 9000),
    ];
    return steps.map((step, at) => {
      step();
      if (at === restartAfter) {
        driver.crash();
        driver.restart();
      }
      return out();
    });
  };
  const calm = story(undefined);
  expect(calm.flat()).toContain('c: old+null @980');
  expect(calm.flat()).toContain('b: null+R @1000');
  for (let at = 0; at < calm.length; at++) expect(story(at)).toEqual(calm);
});

test('a failed record leaves nothing in the buffers and moves no time', () => {
  const dead = topic('dead', { key: utf8, value: utf8, ...keep });
  const refuse = (left: string | null, right: string | null) => {
    if (left === 'boom' || right === 'boom') throw new Error('boom');
    return both(left, right);
  };
  const driver = drive(
    builder => {
      const right = builder.stream('right', rights);
      builder.stream('left', lefts, { nulls: 'pass' }).outerJoin('pairs', right, refuse, window).to('results', results);
    },
    { deadLetters: dead, onProcessError: () => 'dead-letter' },
  );
  driver.pipe(lefts, 'a', 'L', { timestampMs: 1000 });
  driver.pipe(rights, 'a', 'boom', { timestampMs: 1050 }); // would have met L
  driver.pipe(lefts, null, 'boom', { timestampMs: 9000 }); // would have closed all windows
  driver.pipe(lefts, 'b', 'waits', { timestampMs: 1100 });
  expect(driver.read()).toEqual({ dead: ['boom', 'boom'] });
  driver.pipe(lefts, 'z', 'time goes on', { timestampMs: 9000 });
  expect(driver.read()).toEqual({ results: ['L+null', 'waits+null'] });
});

test('a stream joined with itself joins each record with itself and its neighbours, both ways', () => {
  const driver = drive(builder => {
    const stream = builder.stream('left', lefts);
    stream.join('pairs', stream, both, window).to('results', results);
  });
  driver.pipe(lefts, 'a', '1', { timestampMs: 1000 });
  driver.pipe(lefts, 'a', '2', { timestampMs: 1050 });
  expect(driver.read()).toEqual({ results: ['1+1', '2+1', '1+2', '2+2'] });
});

test('waiting records are forwarded without input when the source is whenIdle, also after a restart', () => {
  const story = (restarts: boolean) => {
    const driver = drive(builder => {
      const stream = builder.stream('lefts', lefts, { whenIdle: { afterMs: 100 } });
      const { left, right } = stream.branch('side', { left: ({ value }) => value.startsWith('L') }, 'right');
      left.outerJoin('pairs', right, both, window).to('results', results);
    });
    driver.pipe(lefts, 'a', 'L', { timestampMs: 1000 });
    driver.pipe(lefts, 'b', 'R', { timestampMs: 1000 });
    return [150, 150].map(ms => {
      driver.advanceWallClockTime(ms);
      if (restarts) driver.crash();
      if (restarts) driver.restart();
      return driver.readRecords(results).map(({ value, timestampMs }) => `${value}@${timestampMs}`);
    });
  };
  expect(story(false)).toEqual([[], ['null+R@1000', 'L+null@1000']]);
  expect(story(true)).toEqual(story(false));
});

test('nodes and stores are named as in Kafka Streams', () => {
  const { driver } = joining('leftJoin');
  expect(driver.describe()).toMatchInlineSnapshot(`
    "Topologies:
       Sub-topology: 0
        Source: left (topics: [lefts])
          --> pairs-this-windowed
        Source: right (topics: [rights])
          --> pairs-other-windowed
        Processor: pairs-this-windowed (stores: [pairs-this-join-store])
          --> pairs-this-join
          <-- left
        Processor: pairs-other-windowed (stores: [pairs-outer-other-join-store])
          --> pairs-outer-other-join
          <-- right
        Processor: pairs-this-join (stores: [pairs-outer-other-join-store, pairs-left-shared-join-store, pairs-left-shared-join-time])
          --> pairs-merge
          <-- pairs-this-windowed
        Processor: pairs-outer-other-join (stores: [pairs-this-join-store, pairs-left-shared-join-store, pairs-left-shared-join-time])
          --> pairs-merge
          <-- pairs-other-windowed
        Processor: pairs-merge (stores: [])
          --> results
          <-- pairs-this-join, pairs-outer-other-join
        Sink: results (topic: results)
          <-- pairs-merge
        Store: pairs-this-join-store (window, key: utf8, value: utf8, changelog)
        Store: pairs-outer-other-join-store (window, key: utf8, value: utf8, changelog)
        Store: pairs-left-shared-join-store (key-value, key: waiting-key(utf8), value: waiting-values(utf8, utf8), changelog)
        Store: pairs-left-shared-join-time (key-value, key: utf8, value: join-times, changelog)
    "
  `);
});

test('waiting records of an earlier process are prepared with the serde of their side before they are read', async () => {
  const asked: string[] = [];
  const slow = (name: string) => ({
    ...utf8,
    name,
    async prepare(bytes: Buffer) {
      asked.push(`${name} ${bytes}`);
    },
  });
  const { value } = waitingStore('waiting', utf8, { left: slow('left'), right: slow('right') });
  const bytes = value.serialize({ isLeft: true, values: [Buffer.from('one'), Buffer.from('two')] });
  await value.prepare?.(bytes);
  expect(asked).toEqual(['left one', 'left two']);
  expect(value.deserialize(bytes)).toEqual({ isLeft: true, values: [Buffer.from('one'), Buffer.from('two')] });
  expect(waitingStore('waiting', utf8, { left: utf8, right: utf8 }).value.prepare?.(bytes)).toBeUndefined();
});
