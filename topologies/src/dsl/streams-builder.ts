import {
  type AnyStoreBuilder,
  describe,
  type GlobalProcessor,
  type StoreOptions,
  type TimestampExtractor,
  Topology,
  TopologyError,
  type WhenIdle,
} from '@sightline/processors/runtime';
import type { Topic } from '@sightline/schemas/topic';
import { GlobalKTable, GlobalTableState } from './global-table.ts';
import { BuiltStream } from './k-stream.ts';
import { BuiltTable } from './k-table.ts';
import { passing } from './stateless.ts';
import type { KStream, KTable, Streams } from './streams.ts';
import { tableOf } from './table-source.ts';

export interface StreamOptions<K, V> {
  readonly timestampExtractor?: TimestampExtractor<K, V>;
}

export interface IdleOptions {
  /**
   * Closes windows while no records come. Each move of time without a record is journaled in the log, so a restart and
   * a replay close windows at the same offset. The source must be alone in its subtopology, and the move does not reach
   * behind a repartition topic.
   */
  readonly whenIdle?: WhenIdle;
}

type Topics<K, V> = Topic<K, V> | readonly Topic<K, V>[];
export type TableOptions<K, V> = StreamOptions<K, V | null> & StoreOptions;

/** Functions that every step has, to return a stream or a table without importing its class. */
const streams: Streams = {
  stream: parts => new BuiltStream(streams, parts),
  table: parts => new BuiltTable(streams, parts),
};

/** Builds a topology. A graph is a function of a builder. The caller names every node. */
export class StreamsBuilder {
  readonly #topology = new Topology();

  /**
   * A topic as a stream of facts, or several topics of the same types as one stream. Without an extractor a record's
   * time is its timestamp in the log. Null keys and values do not decode, unless `nulls` is `pass`: then they are
   * ordinary records, as in Kafka Streams. Sources of several topics are named `<nodeName>-<topic>`.
   */
  stream<K, V>(nodeName: string, topic: Topics<K, V>, options?: StreamOptions<K, V> & IdleOptions & { readonly nulls?: 'refuse' }): KStream<K, V>; // biome-ignore format: one line each
  stream<K, V>(nodeName: string, topic: Topics<K, V>, options: StreamOptions<K | null, V | null> & IdleOptions & { readonly nulls: 'pass' }): KStream<K | null, V | null>; // biome-ignore format: one line each
  stream<K, V>(
    nodeName: string,
    topic: Topics<K, V>,
    options: StreamOptions<K, V> & IdleOptions & { readonly nulls?: 'refuse' | 'pass' } = {},
  ): KStream<K, V> {
    const topics = 'name' in topic ? [topic] : topic;
    const [first] = topics;
    if (first === undefined) throw new TopologyError('TOPOLOGY_INVALID', `${nodeName} reads no topic`);
    const sources = topics.map(each => (topics.length === 1 ? nodeName : `${nodeName}-${each.name}`));
    for (const [at, each] of topics.entries()) this.#topology.addSource(sources[at] ?? nodeName, each, options);
    if (topics.length > 1) this.#topology.addProcessor(nodeName, passing, sources);
    const serdes = first as Topic<NonNullable<K>, NonNullable<V>>;
    return streams.stream({ topology: this.#topology, node: nodeName, serdes });
  }

  /**
   * A topic as a table: the latest value of each key, in the state store `name`. A null value deletes its key; a record
   * without a key is dropped. The source node is `<name>-source`.
   */
  table<K, V>(name: string, topic: Topic<K, V>, options: TableOptions<K, V> = {}): KTable<K, V> {
    const { timestampExtractor, ...store } = options;
    const source = `${name}-source`;
    const extracting = timestampExtractor === undefined ? {} : { timestampExtractor };
    this.#topology.addSource<K | null, V | null>(source, topic as Topic<K | null, V | null>, { nulls: 'pass', ...extracting } as never); // biome-ignore format: one call
    return streams.table(tableOf(this.#topology, source, name, topic, store));
  }

  /** A whole topic as a table in every process, for joins with streams by any key. */
  globalTable<K, V>(name: string, topic: Topic<K, V>): GlobalKTable<K, V> {
    this.#topology.addGlobalStore(name, topic, () => new GlobalTableState<K, V>(topic.key));
    return new GlobalKTable(name, topic.key, topic.value);
  }

  /** Every process folds the whole topic. Processors get it by `context.globalState(name)`. */
  globalStore<K, V>(name: string, topic: Topic<K, V>, supplier: () => GlobalProcessor<K, V>): this {
    this.#topology.addGlobalStore(name, topic, supplier);
    return this;
  }

  addStateStore(builder: AnyStoreBuilder): this {
    this.#topology.addStateStore(builder);
    return this;
  }

  build(): Topology {
    return this.#topology;
  }

  /** Compared with a golden file: see `Topology`. */
  describe(): string {
    return describe(this.#topology);
  }
}
