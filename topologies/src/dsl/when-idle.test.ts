import { topic } from '@sightline/schemas/topic';
import { expect, test } from 'vitest';
import { TopologyTestDriver } from '../testing/topology-test-driver.ts';
import { utf8 } from './serdes.ts';
import type { StreamsBuilder } from './streams-builder.ts';
import { untilTimeLimit } from './suppress.ts';
import { windowedTopic, words } from './testing/window-story.ts';
import { hopping, session, sliding, type TimeWindows, tumbling } from './windows.ts';

const keep = { cleanup: 'delete', retention: { timeMs: -1 } } as const;
const tenGrace5 = tumbling(10, { grace: 5 });
const journal = 'words-idle-time';

/** Words joined by windows and emitted when these close, and a punctuator that reports its runs; the source is idle after 8 ms. */
function closing(windows: TimeWindows, stepMs?: number) {
  const closed = windowedTopic('closed', windows);
  const ticks = topic('ticks', { key: utf8, value: utf8, ...keep });
  const graph = (builder: StreamsBuilder) => {
    const source = builder.stream('words', words, {
      whenIdle: { afterMs: 8, ...(stepMs === undefined ? {} : { stepMs }) },
    });
    const joined = source.groupByKey().windowedBy('joined', windows).aggregate(() => '', (all, word) => all + word, { value: utf8 }); // biome-ignore format: one line
    joined.closed.to('closed', closed);
    source
      .process<string, string>('ticking', () => ({
        init(context) {
          const tick = (ms: number) => context.forward({ key: 'tick', value: `at ${ms}`, timestampMs: ms });
          context.schedule(4, 'stream-time', tick);
        },
        process() {},
      }))
      .to('ticks', ticks);
  };
  return { graph, closed, ticks };
}

class Idle {
  readonly driver: TopologyTestDriver;
  readonly #topology: ReturnType<typeof closing>;

  constructor(windows: TimeWindows, stepMs?: number) {
    this.#topology = closing(windows, stepMs);
    this.driver = new TopologyTestDriver(this.#topology.graph);
  }

  say(word: string, timestampMs: number): this {
    this.driver.pipe(words, 'a', word, { timestampMs });
    return this;
  }

  wait(...ms: readonly number[]): this {
    for (const each of ms) this.driver.advanceWallClockTime(each);
    return this;
  }

  restart(): this {
    this.driver.crash();
    this.driver.restart();
    return this;
  }

  closed(): string[] {
    const records = this.driver.readRecords(this.#topology.closed);
    return records.map(({ key, value, timestampMs }) => `a[${key.startMs}]=${value}@${timestampMs}`);
  }

  /** The whole output, as stored in the log. */
  output(): unknown[] {
    return [this.driver.readRecords(this.#topology.closed), this.driver.readRecords(this.#topology.ticks)];
  }

  journal(): (readonly [bigint, unknown])[] {
    return this.driver.store<bigint, unknown>(journal).map(([offset, times]) => [offset, times]);
  }
}

test('a window closes when no record comes for its size and grace', () => {
  const idle = new Idle(tenGrace5).say('x', 4);
  expect(idle.wait(7).closed()).toEqual([]); // time is 4
  expect(idle.wait(1).closed()).toEqual([]); // 12
  expect(idle.wait(7).closed()).toEqual([]);
  expect(idle.wait(1).closed()).toEqual(['a[0]=x@4']); // 20
  expect(idle.journal()).toEqual([[1n, [[12, 8, 2]]]]);
});

test('a record restarts the wait, and is late for windows that closed before it', () => {
  const idle = new Idle(tenGrace5).say('x', 4).wait(7).say('y', 5).wait(7).say('z', 6);
  expect(idle.journal()).toEqual([]);
  idle.wait(8, 8).say('late', 7);
  expect(idle.closed()).toEqual(['a[0]=xyz@6']);
  expect(idle.driver.account(words)).toMatchObject({ processed: 3, late: 1 });
});

test('a long wait becomes several steps of time', () => {
  const idle = new Idle(tenGrace5, 3).say('x', 4).wait(20);
  expect(idle.journal()).toEqual([[1n, [[12, 3, 5]]]]); // 12, 15, 18, 21, 24
  expect(idle.closed()).toEqual(['a[0]=x@4']);
});

test('before the first record there is no time to move', () => {
  const idle = new Idle(tenGrace5).wait(100, 100);
  expect(idle.journal()).toEqual([]);
});

test('a restart continues at the moved time, and forwards no window twice', () => {
  const idle = new Idle(tenGrace5).say('x', 4).wait(8, 8).restart();
  expect(idle.closed()).toEqual(['a[0]=x@4']);
  expect(idle.say('late', 6).closed()).toEqual([]);
  idle.restart().wait(8, 8, 8);
  expect(idle.closed()).toEqual([]);
  expect(idle.say('y', 30).wait(8, 8).closed()).toEqual(['a[30]=y@30']);
});

test('a move that was not committed is not in the journal either', () => {
  const { graph, closed } = closing(tenGrace5);
  const driver = new TopologyTestDriver(graph, { commit: 'manual' });
  driver.pipe(words, 'a', 'x', { timestampMs: 4 });
  driver.commit();
  driver.advanceWallClockTime(20);
  driver.crash();
  driver.restart();
  driver.pipe(words, 'a', 'y', { timestampMs: 5 });
  driver.pipe(words, 'a', 'z', { timestampMs: 15 });
  driver.commit();
  expect(driver.store(journal)).toEqual([]);
  expect(driver.readRecords(closed).map(({ value }) => value)).toEqual(['xy']);
});

test('a replay of the log and its journal is equal byte for byte, without a clock', () => {
  const windows = hopping(10, { advance: 4, grace: 5 });
  const idle = new Idle(windows, 5).say('a', 3).say('b', 9).wait(8, 5).say('c', 10).wait(3).say('d', 31).wait(8, 5, 5);
  idle.say('e', 29).wait(1, 8).say('f', 200).wait(30);
  const replay = new Idle(windows, 5);
  const moves = replay.driver.keyValueStore<bigint, unknown>(journal);
  for (const [offset, times] of idle.journal()) moves.put(offset, times);
  replay.driver.commit();
  replay.restart();
  for (const [at, word] of [[3, 'a'], [9, 'b'], [10, 'c'], [31, 'd'], [29, 'e'], [200, 'f']] as const) replay.say(word, at); // biome-ignore format: a list
  replay.wait(0);
  const [closed, ticks] = idle.output();
  expect(ticks).toHaveLength(15);
  expect(closed).toHaveLength(8);
  expect(replay.output()).toEqual([closed, ticks]);
  expect(replay.journal()).toEqual(idle.journal());
});

test('held changes are released, and sessions end, while no records come', () => {
  const gap5 = session(5, { grace: 0 });
  const [closed, held] = [windowedTopic('closed', gap5), windowedTopic('held', gap5)];
  const driver = new TopologyTestDriver(builder => {
    const counts = builder
      .stream('words', words, { whenIdle: { afterMs: 4 } })
      .groupByKey()
      .windowedBy('joined', gap5)
      .reduce((one, other) => one + other);
    counts.closed.to('closed', closed);
    counts.updates.suppress('holding', untilTimeLimit(6)).toStream('changes').to('held', held);
  });
  driver.pipe(words, 'a', 'x', { timestampMs: 1 });
  driver.advanceWallClockTime(4);
  expect(driver.read()).toEqual({});
  driver.advanceWallClockTime(4);
  expect(driver.read()).toEqual({ closed: ['x'], held: ['x'] });
});

test.each([
  ['tumbling', tumbling(10, { grace: 5, time: 'key' }), 'xy'],
  ['sliding', sliding(10, { grace: 5, time: 'key' }), 'x'],
  ['session', session(10, { grace: 5, time: 'key' }), 'xy'],
] as const)(
  'by the time of each key %s windows close when nothing comes, each once and over restarts',
  (_, windows, first) => {
    const [closed, late] = [windowedTopic('closed', windows), { ...words, name: 'late' }];
    const driver = new TopologyTestDriver(builder => {
      const grouped = builder.stream('words', words, { whenIdle: { afterMs: 10 } }).groupByKey();
      const join = (one: string, other: string) => one + other;
      const joined = windows.kind === 'session' ? grouped.windowedBy('joined', windows).reduce(join) : grouped.windowedBy('joined', windows).reduce(join); // biome-ignore format: alike
      joined.closed.to('closed', closed);
      joined.late.to('late', late);
    });
    const told: string[] = [];
    const wait = () => {
      driver.advanceWallClockTime(10);
      told.push(...driver.readRecords(closed).map(({ key, value }) => `${key.key}=${value}`));
    };
    driver.pipe(words, 'b', 'far', { timestampMs: 500 });
    driver.pipe(words, 'a', 'x', { timestampMs: 11 });
    driver.pipe(words, 'a', 'y', { timestampMs: 12 });
    expect(driver.readRecords(closed)).toEqual([]);
    wait();
    expect(told[0]).toBe(`a=${first}`);
    driver.crash();
    driver.restart();
    driver.pipe(words, 'a', 'late', { timestampMs: 12 });
    expect(driver.readRecords(late).map(({ value }) => value)).toEqual(['late']);
    for (let times = 0; times < 4; times++) wait();
    expect(told).toContain('b=far');
    expect(new Set(told).size).toBe(told.length);
  },
);

test('a source that is not alone in its subtopology cannot move its time', () => {
  const others = topic('others', { key: utf8, value: utf8, ...keep });
  const graph = (builder: StreamsBuilder) =>
    builder.stream('words', words, { whenIdle: { afterMs: 8 } }).merge('both', builder.stream('others', others));
  expect(() => new TopologyTestDriver(graph)).toThrow('words moves time when idle, but is not the only source');
});
