import type {
  AnyStoreBuilder,
  ProcessorSupplier,
  SinkPartition,
  StoreOptions,
  StreamRecord,
  Windowed,
} from '@sightline/processors/runtime';
import type { Serde } from '@sightline/schemas/topic';
import type { Aggregator } from './fold.ts';
import type { GlobalKTable } from './global-table.ts';
import type { JoinWindow } from './join-window.ts';
import type {
  CogroupedPart,
  Joiner,
  JoinSerdes,
  Materialized,
  StreamParts,
  TableParts,
  WindowMaterialized,
} from './parts.ts';
import type { Serdes, SinkTopic } from './serdes.ts';
import type { SuppressConfig } from './suppress.ts';
import type { SessionWindows, SlidingWindows, TimeWindows } from './windows.ts';

// The interfaces of a graph. A step of one kind returns another kind, and that one may return the first again. So all
// kinds are in this file; the classes import these interfaces and not each other.

type Values<V> = NonNullable<V>;
type Records<K, V> = StreamRecord<K, V>;
/** A stream with the same keys; it may have records without one. */
export type Keyed<K, V> = KStream<K, V> | KStream<NonNullable<K>, V> | KStream<NonNullable<K> | null, V>;

/** Returns a stream or a table of a node that was added to the topology. */
export interface Streams {
  stream<K, V>(parts: StreamParts<K, V>): KStream<K, V>;
  table<K, V>(parts: TableParts<K, V>): KTable<K, V>;
}

/** Facts in order, of one type of key and value. Every step is a node named by the caller. */
export interface KStream<K, V> {
  readonly parts: StreamParts<K, V>;

  /**
   * A processor of the caller's, with its state stores by builder or by name. It may change keys, so a grouping or a
   * join by key after it goes through a repartition topic; `serdes` are for that topic.
   */
  process<KO, VO>(
    nodeName: string,
    supplier: ProcessorSupplier<K, V, KO, VO>,
    stores?: readonly (string | AnyStoreBuilder)[],
    serdes?: Serdes<NonNullable<KO>, NonNullable<VO>>,
  ): KStream<KO, VO>;

  /** As `process`, for a processor that keeps each record's key. No repartition topic is needed for it. */
  processValues<VO>(
    nodeName: string,
    supplier: ProcessorSupplier<K, V, K, VO>,
    stores?: readonly (string | AnyStoreBuilder)[],
    value?: Serde<Values<VO>>,
  ): KStream<K, VO>;

  /**
   * Writes to a topic of these types. A record goes to the task's own partition when both have the same partition
   * count. It goes by key, as always in Kafka Streams, when a step changed keys.
   */
  to(
    nodeName: string,
    topic: SinkTopic<NonNullable<K>, NonNullable<V>>,
    options?: { readonly partition?: SinkPartition },
  ): void;

  filter<R extends V>(nodeName: string, keep: (record: Records<K, V>) => record is Records<K, R>): KStream<K, R>;
  filter(nodeName: string, keep: (record: Records<K, V>) => boolean): KStream<K, V>;

  /** Keeps key and time. `value`: serde of the new values, for groupings and joins. */
  mapValues<VO>(nodeName: string, map: (value: V, record: Records<K, V>) => NoInfer<VO>, value: Serde<VO>): KStream<K, VO>; // biome-ignore format: one line each
  mapValues<VO>(nodeName: string, map: (value: V, record: Records<K, V>) => VO, value?: Serde<Values<VO>>): KStream<K, VO>; // biome-ignore format: one line each

  /** Keeps key and time. */
  flatMapValues<VO>(
    nodeName: string,
    map: (value: V, record: Records<K, V>) => Iterable<VO>,
    value?: Serde<Values<VO>>,
  ): KStream<K, VO>;

  /** May change the key. A record stays in its partition until it is grouped or joined. */
  map<KO, VO>(
    nodeName: string,
    map: (record: Records<K, V>) => Records<KO, VO>,
    serdes?: Serdes<NonNullable<KO>, Values<VO>>,
  ): KStream<KO, VO>;

  /** May change keys, as `map`. */
  flatMap<KO, VO>(
    nodeName: string,
    map: (record: Records<K, V>) => Iterable<Records<KO, VO>>,
    serdes?: Serdes<NonNullable<KO>, Values<VO>>,
  ): KStream<KO, VO>;

  /** `key`: serde of the new keys. */
  selectKey<KO>(nodeName: string, keyOf: (record: Records<K, V>) => NoInfer<KO>, key: Serde<KO>): KStream<KO, V>; // biome-ignore format: one line each
  selectKey<KO>(nodeName: string, keyOf: (record: Records<K, V>) => KO, key?: Serde<NonNullable<KO>>): KStream<KO, V>; // biome-ignore format: one line each

  peek(nodeName: string, look: (record: Records<K, V>) => void): KStream<K, V>;

  /** The records of both streams; each stream keeps its order. */
  merge(nodeName: string, other: KStream<K, V>): KStream<K, V>;

  /**
   * Each record goes to the first branch that accepts it, else to `otherwise`, else to none. Branch nodes are named
   * `<nodeName>-<branch>`.
   */
  branch<B extends string, D extends string = never>(
    nodeName: string,
    branches: Readonly<Record<B, (record: Records<K, V>) => boolean>>,
    otherwise?: D,
  ): Readonly<Record<B | D, KStream<K, V>>>;

  /** Writes all records through the topic `<name>-repartition`, by key; drops records without a key. */
  repartition(
    name: string,
    options?: Serdes<NonNullable<K>, NonNullable<V>> & { readonly partitions?: number },
  ): KStream<K, V>;

  /**
   * Groups by the present key. If a step changed keys, records go through `<name>-repartition`; `name` defaults to that
   * step's.
   */
  groupByKey(
    options?: Serdes<NonNullable<K>, NonNullable<V>> & { readonly name?: string },
  ): KGroupedStream<NonNullable<K>, NonNullable<V>>;

  /** Groups by another key, through `<nodeName>-repartition`. Records with a null key are dropped. */
  groupBy<KO>(
    nodeName: string,
    keyOf: (record: Records<K, V>) => NoInfer<KO> | null,
    serdes: { readonly key: Serde<KO>; readonly value?: Serde<Values<V>> },
  ): KGroupedStream<KO, Values<V>>;

  /** The latest value of each key, in the state store `<nodeName>`; a null value deletes its key. */
  toTable(nodeName: string, options?: Serdes<NonNullable<K>, Values<V>>): KTable<NonNullable<K>, NonNullable<V>>;

  /** Joins each record with every record of the same key in `right` whose time is in the window around its own. */
  join<VR, VO>(name: string, right: Keyed<K, VR>, joiner: Joiner<NonNullable<K>, Values<V>, Values<VR>, VO>, window: JoinWindow, serdes?: JoinSerdes<K, V, VR, VO>): KStream<K, VO>; // biome-ignore format: one line each
  /** Joins each record with the table's present value of its key; drops records without one. */
  join<VT, VO>(name: string, table: KTable<NonNullable<K>, VT>, joiner: Joiner<NonNullable<K>, Values<V>, VT, VO>, serdes?: Serdes<NonNullable<K>, Values<V>>): KStream<K, VO>; // biome-ignore format: one line each
  /** Joins each record with the table's present value of the key that `keyOf` returns. */
  join<KT, VT, VO>(name: string, table: GlobalKTable<KT, VT>, keyOf: (record: Records<K, V>) => KT | null, joiner: Joiner<K, Values<V>, VT, VO>): KStream<K, VO>; // biome-ignore format: one line each

  /** As `join`. A record without a match is forwarded once with null, when its window and grace are over. */
  leftJoin<VR, VO>(name: string, right: Keyed<K, VR>, joiner: Joiner<K, Values<V>, Values<VR> | null, VO>, window: JoinWindow, serdes?: JoinSerdes<K, V, VR, VO>): KStream<K, VO>; // biome-ignore format: one line each
  leftJoin<VT, VO>(name: string, table: KTable<NonNullable<K>, VT>, joiner: Joiner<K, Values<V>, VT | null, VO>, serdes?: Serdes<NonNullable<K>, Values<V>>): KStream<K, VO>; // biome-ignore format: one line each
  leftJoin<KT, VT, VO>(name: string, table: GlobalKTable<KT, VT>, keyOf: (record: Records<K, V>) => KT | null, joiner: Joiner<K, Values<V>, VT | null, VO>): KStream<K, VO>; // biome-ignore format: one line each

  /** As `leftJoin`, for records of either side. */
  outerJoin<VR, VO>(
    name: string,
    right: Keyed<K, VR>,
    joiner: Joiner<K, Values<V> | null, Values<VR> | null, VO>,
    window: JoinWindow,
    serdes?: JoinSerdes<K, V, VR, VO>,
  ): KStream<K, VO>;
}

/** The latest value of each key, and its changes. */
export interface KTable<K, V> {
  readonly parts: TableParts<K, V>;

  /** Keeps entries that match. An entry that no longer matches becomes a tombstone. */
  filter(nodeName: string, keep: (value: V, key: K) => boolean, options?: Materialized<V>): KTable<K, V>;

  filterNot(nodeName: string, drop: (value: V, key: K) => boolean, options?: Materialized<V>): KTable<K, V>;

  /** Tombstones stay tombstones; a null from `map` is one. */
  mapValues<VO>(nodeName: string, map: (value: V, key: K) => VO | null, options?: Materialized<VO>): KTable<K, VO>;

  /** The new values, in order; null where a key was deleted. */
  toStream(nodeName: string): KStream<K, V | null>;

  /**
   * Groups by a key derived from key and value, through `<nodeName>-repartition`. A value that moves to another group
   * is subtracted from the old one and added to the new one. A null key or value is in no group.
   */
  groupBy<KO, VO>(
    nodeName: string,
    pairOf: (key: K, value: V) => readonly [key: KO | null, value: VO | null],
    serdes: { readonly key: Serde<KO>; readonly value: Serde<VO> },
  ): KGroupedTable<KO, VO>;

  /** The keys that both tables have. `joiner` gets the present values. */
  join<VR, VO>(
    name: string,
    right: KTable<K, VR>,
    joiner: (left: V, right: VR) => VO | null,
    options?: Materialized<VO>,
  ): KTable<K, VO>;

  /** The keys that this table has; the other value may be null. */
  leftJoin<VR, VO>(
    name: string,
    right: KTable<K, VR>,
    joiner: (left: V, right: VR | null) => VO | null,
    options?: Materialized<VO>,
  ): KTable<K, VO>;

  /** The keys that either table has; one value may be null. */
  outerJoin<VR, VO>(
    name: string,
    right: KTable<K, VR>,
    joiner: (left: V | null, right: VR | null) => VO | null,
    options?: Materialized<VO>,
  ): KTable<K, VO>;

  /** Holds changes back until their window closes or for a time, as `config` says. */
  suppress(nodeName: string, config: SuppressConfig): KTable<K, V>;
}

/**
 * A stream whose records of one key are in one task, so they can be aggregated. Results are in the state store
 * `<name>`.
 */
export interface KGroupedStream<K, V> {
  count(name: string, options?: StoreOptions): KTable<K, number>;

  /** The first record of a key is its first result. */
  reduce(name: string, reduce: (one: V, other: V) => V, options?: StoreOptions & { readonly value?: Serde<V> }): KTable<K, V>; // biome-ignore format: one line

  /** `add` returns a new aggregate and does not change the given one; null deletes it. */
  aggregate<A>(
    name: string,
    initial: () => A,
    add: Aggregator<K, V, A>,
    options: StoreOptions & { readonly value: Serde<A> },
  ): KTable<K, A>;

  /** `name`: of the node and of the state store. */
  windowedBy(name: string, windows: TimeWindows | SlidingWindows): TimeWindowedStream<K, V>;
  windowedBy(name: string, windows: SessionWindows): SessionWindowedStream<K, V>;

  /** Aggregates this stream together with others: see `CogroupedKStream`. */
  cogroup<A>(add: Aggregator<K, V, A>): CogroupedKStream<K, A>;

  partOf<A>(add: Aggregator<K, V, A>): CogroupedPart<K, A>;
}

/**
 * A table whose changes are grouped by another key: a value that leaves a group is subtracted, one that enters is
 * added.
 */
export interface KGroupedTable<K, V> {
  /** Results are in the state store `name`. `subtract` reverses `add`; a null from either deletes the group. */
  aggregate<VA>(
    name: string,
    initial: () => VA,
    add: (aggregate: VA, value: V, key: K) => VA | null,
    subtract: (aggregate: VA, value: V, key: K) => VA | null,
    options: StoreOptions & { readonly value: Serde<VA> },
  ): KTable<K, VA>;

  /** The first value of a group is its first result. */
  reduce(
    name: string,
    add: (sum: V, value: V) => V | null,
    subtract: (sum: V, value: V) => V | null,
    options?: StoreOptions,
  ): KTable<K, V>;

  count(name: string, options?: StoreOptions): KTable<K, number>;
}

/** A stream grouped by key and by tumbling, hopping or sliding windows. */
export interface TimeWindowedStream<K, V> {
  count(options?: WindowMaterialized): WindowedAggregate<K, V, number>;

  /** The first record of a window is its first result. */
  reduce(
    reduce: (one: V, other: V) => V,
    options?: WindowMaterialized & { readonly value?: Serde<V> },
  ): WindowedAggregate<K, V, V>;

  /** `add` returns a new aggregate and does not change the given one; null deletes the window. */
  aggregate<A>(
    initial: () => A,
    add: Aggregator<K, V, A>,
    options: WindowMaterialized & { readonly value: Serde<A> },
  ): WindowedAggregate<K, V, A>;
}

/** A stream grouped by key and by sessions. */
export interface SessionWindowedStream<K, V> {
  count(options?: WindowMaterialized): WindowedAggregate<K, V, number>;

  /** The first record of a session is its first result. */
  reduce(
    reduce: (one: V, other: V) => V,
    options?: WindowMaterialized & { readonly value?: Serde<V> },
  ): WindowedAggregate<K, V, V>;

  /** As for time windows. `merge` merges the aggregates of sessions that become one, starting with `initial()`. */
  aggregate<A>(
    initial: () => A,
    add: Aggregator<K, V, A>,
    merge: (one: A, other: A, key: K) => A,
    options: WindowMaterialized & { readonly value: Serde<A> },
  ): WindowedAggregate<K, V, A>;
}

/**
 * The outputs of an aggregation by windows: the nodes `<name>-updates`, `<name>-closed`, `<name>-late`. A node exists
 * only when it is used. The aggregates are in the state store `<name>`.
 */
export interface WindowedAggregate<K, V, A> {
  /** Every change of a window (emit on update); with a cache one per commit. */
  readonly updates: KTable<Windowed<K>, A>;

  /** Each window once, when it closes (emit final, KIP-825), also across restarts. */
  readonly closed: KStream<Windowed<K>, A>;

  /**
   * The unchanged records that were too late for all their windows, accounted as `late`. A record that was too late for
   * only some windows enters the others and counts as processed. `dropped-records` adds one for every missed window.
   */
  readonly late: KStream<K, V>;
}

/**
 * Several grouped streams in one aggregate (KIP-150), each with its own aggregator. Records are added in the order in
 * which the task processes them. The topics of the streams must have the same number of partitions.
 */
export interface CogroupedKStream<K, A> {
  cogroup<V>(stream: KGroupedStream<K, V>, add: Aggregator<K, V, A>): CogroupedKStream<K, A>;

  /** As `KGroupedStream.aggregate`; the nodes before it are `<name>-cogroup-0`, `-1`, ... and `<name>-cogroup`. */
  aggregate(name: string, initial: () => A, options: StoreOptions & { readonly value: Serde<A> }): KTable<K, A>;

  /** A record is late by the time of its own stream, unless windows go by the time of each key. */
  windowedBy(name: string, windows: TimeWindows | SlidingWindows): CogroupedTimeWindows<K, A>;
  windowedBy(name: string, windows: SessionWindows): CogroupedSessions<K, A>;
}

/** Several streams grouped by key and by tumbling, hopping or sliding windows. */
export interface CogroupedTimeWindows<K, A> {
  aggregate(initial: () => A, options: WindowMaterialized & { readonly value: Serde<A> }): KTable<Windowed<K>, A>;
}

/** Several streams grouped by key and by sessions. */
export interface CogroupedSessions<K, A> {
  /** `merge` merges the aggregates of sessions that become one, starting with `initial()`. */
  aggregate(
    initial: () => A,
    merge: (one: A, other: A, key: K) => A,
    options: WindowMaterialized & { readonly value: Serde<A> },
  ): KTable<Windowed<K>, A>;
}
