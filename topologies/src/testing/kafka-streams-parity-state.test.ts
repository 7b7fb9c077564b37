import {
  keyValueStore,
  type Processor,
  type ProcessorContext,
  type StreamRecord,
  sessionStore,
  timestamped,
  windowStore,
} from '@sightline/processors/runtime';
import { topic } from '@sightline/schemas/topic';
import { describe, expect, test } from 'vitest';
import { int64, utf8 } from '../dsl/serdes.ts';
import type { StreamsBuilder } from '../dsl/streams-builder.ts';
import type { DriverOptions } from './driver-options.ts';
import { drive } from './topology-test-driver.ts';

// The cases about state stores and punctuations of Kafka Streams' TopologyTestDriverTest. Each comment has the name
// there.

const keep = { cleanup: 'delete', retention: { timeMs: -1 } } as const;
const source1 = topic('source-1', { key: utf8, value: utf8, ...keep });
const source2 = topic('source-2', { key: utf8, value: utf8, ...keep });
const inputs = topic('input-topic', { key: utf8, value: int64, ...keep });
const results = topic('result-topic', { key: utf8, value: int64, ...keep });
const aggStore = keyValueStore('agg-store', utf8, int64);
const idle = (): Processor<string, string> => ({ process() {} });

/**
 * Keeps the highest number of each key. Forwards all of them every minute by the clock and every 10 s by stream time.
 */
class CustomMax implements Processor<string, number, string, number> {
  #context: ProcessorContext<string, number> | undefined;

  init(context: ProcessorContext<string, number>): void {
    this.#context = context;
    context.schedule(60_000, 'wall-clock', ms => this.#flush(ms));
    context.schedule(10_000, 'stream-time', ms => this.#flush(ms));
  }

  process({ key, value }: StreamRecord<string, number>): void {
    const store = this.#context?.stateStore(aggStore);
    const old = store?.get(key);
    if (old === undefined || value > old) store?.put(key, value);
  }

  #flush(timestampMs: number): void {
    for (const [key, value] of this.#context?.stateStore(aggStore).all() ?? [])
      this.#context?.forward({ key, value, timestampMs });
  }
}

const guarantees: DriverOptions[] = [{ processingGuarantee: 'exactly-once' }, { processingGuarantee: 'at-least-once' }];

describe.each(guarantees)('TopologyTestDriverTest, $processingGuarantee', guarantee => {
  const start = (graph: (builder: StreamsBuilder) => unknown, options: DriverOptions = {}) =>
    drive(graph, { ...guarantee, ...options });

  function maximum() {
    const driver = start(builder =>
      builder
        .stream('source', inputs)
        .process('aggregator', () => new CustomMax(), [aggStore])
        .to('sink', results),
    );
    driver.keyValueStore('agg-store').put('a', 21);
    const pipe = (key: string, value: number, timestampMs: number) => driver.pipe(inputs, key, value, { timestampMs });
    return {
      driver,
      pipe,
      output: driver.outputTopic(results),
      store: driver.keyValueStore<string, number>('agg-store'),
    };
  }

  test('a global store is fed, and can be looked into', () => {
    // shouldPopulateGlobalStore
    const seen: string[] = [];
    const driver = start(builder =>
      builder.globalStore('global', source1, () => ({ process: ({ value }) => seen.push(`${value}`) })),
    );
    driver.pipe(source1, 'key-1', 'value-1');
    driver.commit();
    expect(seen).toEqual(['value-1']);
    expect(driver.globalState('global')).toBeDefined();
  });

  test('a stream-time punctuation runs once for every interval that records passed', () => {
    // shouldPunctuateOnStreamsTime
    const ticks: number[] = [];
    const driver = start(builder =>
      builder.stream('source', source1).process('ticking', () => ({
        init: context => context.schedule(10, 'stream-time', ms => ticks.push(ms)),
        process() {},
      })),
    );
    const seen = [42, 42, 51, 52, 61, 65, 71, 72, 95, 101, 102].map(timestampMs => {
      driver.pipe(source1, 'key-1', 'value-1', { timestampMs });
      return ticks.at(-1);
    });
    expect(seen).toEqual([42, 42, 51, 51, 61, 61, 71, 71, 95, 101, 101]);
  });

  test('a wall-clock punctuation runs when the clock moves past it', () => {
    // shouldPunctuateOnWallClockTime
    const ticks: number[] = [];
    const graph = (builder: StreamsBuilder) =>
      builder.stream('source', source1).process('ticking', () => ({
        init: context => context.schedule(10, 'wall-clock', ms => ticks.push(ms)),
        process() {},
      }));
    const driver = start(graph, { startMs: 0 });
    for (const ms of [5, 9, 1, 20, 5]) driver.advanceWallClockTime(ms);
    expect(ticks).toEqual([14, 35, 40]);
  });

  test('all stores are known by name, global ones too', () => {
    // shouldReturnAllStores, shouldReturnAllStoresNames
    const driver = start(builder => {
      builder.globalTable('global-store', source2);
      builder.stream('source', source1).process('processor', idle, [aggStore]);
    });
    expect(driver.storeNames()).toEqual(['agg-store', 'global-store']);
  });

  const stores = {
    'key-value': keyValueStore('plain', utf8, int64),
    timestamped: keyValueStore('timed', utf8, timestamped(int64)),
    window: windowStore('window', utf8, int64, { sizeMs: 100, retentionMs: 1000 }),
    session: sessionStore('session', utf8, int64, { retentionMs: 1000 }),
  };

  test('a store is returned by its kind, and refused as another kind', () => {
    // shouldReturnCorrectPersistentStoreTypeOnly, shouldReturnCorrectInMemoryStoreTypeOnly,
    // shouldThrowIfPersistentBuiltInStoreIsAccessedWithUntypedMethod, shouldThrowIfInMemoryBuiltIn...: the engine does
    // not show in the type, and there is no method without a type
    const driver = start(builder =>
      builder.stream('source', source1).process('processor', idle, Object.values(stores)),
    );
    driver.keyValueStore<string, number>('plain').put('a', 1);
    driver.keyValueStore('timed').put('a', { value: 1, timestampMs: 7 });
    driver.windowStore<string, number>('window').put('a', 1, 100);
    driver.sessionStore<string, number>('session').put({ key: 'a', startMs: 1, endMs: 2 }, 1);
    expect(driver.store('timed')).toEqual([['a', { value: 1, timestampMs: 7 }]]);
    expect(driver.windowStore('window').get('a', 100)).toBe(1);
    expect(() => driver.windowStore('plain')).toThrow('plain is a key-value store, not a window store');
    expect(() => driver.keyValueStore('window')).toThrow('window is a window store, not a key-value store');
    expect(() => driver.keyValueStore('session')).toThrow('session is a session store, not a key-value store');
    expect(() => driver.sessionStore('timed')).toThrow('timed is a key-value store, not a session store');
    expect(() => driver.keyValueStore('none')).toThrow('no state store none');
  });

  test('a store that was filled before is flushed by the first record', () => {
    // shouldFlushStoreForFirstInput
    const { pipe, output } = maximum();
    pipe('a', 1, 9999);
    expect(output.readKeyValues()).toEqual([['a', 21]]);
  });

  test('a smaller number does not change the store, a larger one does, a new key is added', () => {
    // shouldNotUpdateStoreForSmallerValue, shouldNotUpdateStoreForLargerValue, shouldUpdateStoreForNewKey
    const { pipe, output, store } = maximum();
    pipe('a', 1, 9999);
    expect([store.get('a'), output.readKeyValues()]).toEqual([21, [['a', 21]]]);
    pipe('a', 42, 10_000);
    expect([store.get('a'), output.readKeyValues()]).toEqual([42, [['a', 42]]]);
    pipe('b', 21, 20_000);
    expect(output.readKeyValues()).toEqual([['a', 42], ['b', 21]]); // biome-ignore format: pairs
  });

  test('punctuations run when event time advances, and not when it stands still', () => {
    // shouldPunctuateIfEvenTimeAdvances
    const { pipe, output } = maximum();
    pipe('a', 1, 9999);
    expect(output.readKeyValues()).toEqual([['a', 21]]);
    pipe('a', 1, 9999);
    expect(output.isEmpty).toBe(true);
    pipe('a', 1, 10_000);
    expect(output.readKeyValues()).toEqual([['a', 21]]);
  });

  test('punctuations run when the clock advances', () => {
    // shouldPunctuateIfWallClockTimeAdvances
    const { driver, output } = maximum();
    driver.advanceWallClockTime(60_000);
    expect(output.readKeyValues()).toEqual([['a', 21]]);
  });

  test('committed entries of a filled store survive a crash, with or without caches', () => {
    // shouldAllowPrePopulatingStatesStoresWithCachingEnabled
    for (const cacheMaxBytes of [0, 1_000_000]) {
      const graph = (builder: StreamsBuilder) => builder.table('table', inputs);
      const driver = start(graph, { cacheMaxBytes });
      driver.keyValueStore('table').put('a', { value: 21, timestampMs: 1 });
      driver.commit();
      driver.crash();
      driver.restart();
      expect(driver.store('table')).toEqual([['a', { value: 21, timestampMs: 1 }]]);
    }
  });

  test('a new driver begins with empty stores', () => {
    // shouldCleanUpPersistentStateStoresOnClose
    const graph = (builder: StreamsBuilder) => builder.table('table', inputs);
    const driver = start(graph);
    driver.pipe(inputs, 'a', 1);
    expect(driver.store('table').length).toBe(1);
    driver.close();
    expect(start(graph).store('table')).toEqual([]);
  });

  test('a global table is fed from its topic', () => {
    // shouldFeedStoreFromGlobalKTable
    const driver = start(builder => builder.globalTable('global-store', source1));
    driver.pipe(source1, 'k1', 'value1', { timestampMs: 3 });
    expect(driver.store('global-store')).toEqual([['k1', { value: 'value1', timestampMs: 3 }]]);
  });
});
