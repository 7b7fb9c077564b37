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

// What a graph is made of. A step of one kind answers with another kind, and that one with the first again: so all
// kinds stand here in one file, and the classes that build them know these interfaces and not each other.

type Values<V> = NonNullable<V>;
type Records<K, V> = StreamRecord<K, V>;
/** A stream of the same keys, whether records without one come along or not. */
export type Keyed<K, V> = KStream<K, V> | KStream<NonNullable<K>, V> | KStream<NonNullable<K> | null, V>;

/** Makes a stream or a table of what was added to the topology. */
export interface Streams {
  stream<K, V>(parts: StreamParts<K, V>): KStream<K, V>;
  table<K, V>(parts: TableParts<K, V>): KTable<K, V>;
}

/** Facts in order, of one type of key and value. Every step is a node with a name of the caller's. */
export interface KStream<K, V> {
  readonly parts: StreamParts<K, V>;

  /**
   * A processor of the caller's, with its state stores by builder or by name. It may change keys, so what groups or
   * joins by key after it goes through a repartition topic; `serdes` say how its records are written there.
   */
  process<KO, VO>(
    nodeName: string,
    supplier: ProcessorSupplier<K, V, KO, VO>,
    stores?: readonly (string | AnyStoreBuilder)[],
    serdes?: Serdes<NonNullable<KO>, NonNullable<VO>>,
  ): KStream<KO, VO>;

  /** As `process`, for a processor that forwards the key it was given: nothing goes through a repartition topic for it. */
  processValues<VO>(
    nodeName: string,
    supplier: ProcessorSupplier<K, V, K, VO>,
    stores?: readonly (string | AnyStoreBuilder)[],
    value?: Serde<Values<VO>>,
  ): KStream<K, VO>;

  /**
   * Writes to a topic of these types: to the task's own partition when the partition counts are equal, or by key, as
   * Kafka Streams always does, when a step changed keys.
   */
  to(
    nodeName: string,
    topic: SinkTopic<NonNullable<K>, NonNullable<V>>,
    options?: { readonly partition?: SinkPartition },
  ): void;

  filter<R extends V>(nodeName: string, keep: (record: Records<K, V>) => record is Records<K, R>): KStream<K, R>;
  filter(nodeName: string, keep: (record: Records<K, V>) => boolean): KStream<K, V>;

  /** Keeps key and time. `value`: how the new values are written where they are grouped or joined. */
  mapValues<VO>(nodeName: string, map: (value: V, record: Records<K, V>) => NoInfer<VO>, value: Serde<VO>): KStream<K, VO>; // biome-ignore format: one line each
  mapValues<VO>(nodeName: string, map: (value: V, record: Records<K, V>) => VO, value?: Serde<Values<VO>>): KStream<K, VO>; // biome-ignore format: one line each

  /** Keeps key and time. */
  flatMapValues<VO>(
    nodeName: string,
    map: (value: V, record: Records<K, V>) => Iterable<VO>,
    value?: Serde<Values<VO>>,
  ): KStream<K, VO>;

  /** May change the key. The record stays in its partition until it is grouped or joined. */
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

  /** `key`: how the new keys are written. */
  selectKey<KO>(nodeName: string, keyOf: (record: Records<K, V>) => NoInfer<KO>, key: Serde<KO>): KStream<KO, V>; // biome-ignore format: one line each
  selectKey<KO>(nodeName: string, keyOf: (record: Records<K, V>) => KO, key?: Serde<NonNullable<KO>>): KStream<KO, V>; // biome-ignore format: one line each

  peek(nodeName: string, look: (record: Records<K, V>) => void): KStream<K, V>;

  /** Both streams' records, each in its order. */
  merge(nodeName: string, other: KStream<K, V>): KStream<K, V>;

  /**
   * Each record goes to the first branch that takes it, else to `otherwise`, else to none. Branch nodes are named
   * `<nodeName>-<branch>`.
   */
  branch<B extends string, D extends string = never>(
    nodeName: string,
    branches: Readonly<Record<B, (record: Records<K, V>) => boolean>>,
    otherwise?: D,
  ): Readonly<Record<B | D, KStream<K, V>>>;

  /** Through the topic `<name>-repartition`, by key, whether keys were changed or not; records without key are dropped. */
  repartition(
    name: string,
    options?: Serdes<NonNullable<K>, NonNullable<V>> & { readonly partitions?: number },
  ): KStream<K, V>;

  /** By the key as it is. Where keys were changed: through `<name>-repartition`, named after that step by default. */
  groupByKey(
    options?: Serdes<NonNullable<K>, NonNullable<V>> & { readonly name?: string },
  ): KGroupedStream<NonNullable<K>, NonNullable<V>>;

  /** By another key, through `<nodeName>-repartition`; a null key belongs to no group. */
  groupBy<KO>(
    nodeName: string,
    keyOf: (record: Records<K, V>) => NoInfer<KO> | null,
    serdes: { readonly key: Serde<KO>; readonly value?: Serde<Values<V>> },
  ): KGroupedStream<KO, Values<V>>;

  /** The latest value of each key, in the state store `<nodeName>`; a null value deletes. */
  toTable(nodeName: string, options?: Serdes<NonNullable<K>, Values<V>>): KTable<NonNullable<K>, NonNullable<V>>;

  /** With each record of the same key in `right` whose time is in the window around this one's. */
  join<VR, VO>(name: string, right: Keyed<K, VR>, joiner: Joiner<NonNullable<K>, Values<V>, Values<VR>, VO>, window: JoinWindow, serdes?: JoinSerdes<K, V, VR, VO>): KStream<K, VO>; // biome-ignore format: one line each
  /** With what `table` holds of the key now; a record without a match ends here. */
  join<VT, VO>(name: string, table: KTable<NonNullable<K>, VT>, joiner: Joiner<NonNullable<K>, Values<V>, VT, VO>, serdes?: Serdes<NonNullable<K>, Values<V>>): KStream<K, VO>; // biome-ignore format: one line each
  /** With what `table` holds of the key that `keyOf` gives. */
  join<KT, VT, VO>(name: string, table: GlobalKTable<KT, VT>, keyOf: (record: Records<K, V>) => KT | null, joiner: Joiner<K, Values<V>, VT, VO>): KStream<K, VO>; // biome-ignore format: one line each

  /** As `join`, and a record that meets none by the end of its window and grace comes with null, once. */
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

  /** What stops to match becomes a tombstone, if it was there. */
  filter(nodeName: string, keep: (value: V, key: K) => boolean, options?: Materialized<V>): KTable<K, V>;

  filterNot(nodeName: string, drop: (value: V, key: K) => boolean, options?: Materialized<V>): KTable<K, V>;

  /** Tombstones stay tombstones; a null from `map` is one. */
  mapValues<VO>(nodeName: string, map: (value: V, key: K) => VO | null, options?: Materialized<VO>): KTable<K, VO>;

  /** The new values, as they come; null where a key was deleted. */
  toStream(nodeName: string): KStream<K, V | null>;

  /**
   * By a key that follows from key and value, through `<nodeName>-repartition`: a value that moves is subtracted there
   * and added here. A null key or value belongs to no group.
   */
  groupBy<KO, VO>(
    nodeName: string,
    pairOf: (key: K, value: V) => readonly [key: KO | null, value: VO | null],
    serdes: { readonly key: Serde<KO>; readonly value: Serde<VO> },
  ): KGroupedTable<KO, VO>;

  /** Keys that both tables have; `joiner` sees the values of the moment. */
  join<VR, VO>(
    name: string,
    right: KTable<K, VR>,
    joiner: (left: V, right: VR) => VO | null,
    options?: Materialized<VO>,
  ): KTable<K, VO>;

  /** Keys that this table has. */
  leftJoin<VR, VO>(
    name: string,
    right: KTable<K, VR>,
    joiner: (left: V, right: VR | null) => VO | null,
    options?: Materialized<VO>,
  ): KTable<K, VO>;

  /** Keys that either table has. */
  outerJoin<VR, VO>(
    name: string,
    right: KTable<K, VR>,
    joiner: (left: V | null, right: VR | null) => VO | null,
    options?: Materialized<VO>,
  ): KTable<K, VO>;

  /** Holds changes back, as `config` says: until their window closes, or for a time. */
  suppress(nodeName: string, config: SuppressConfig): KTable<K, V>;
}

/** A stream whose records of one key are together: they can be aggregated. Results lie in the state store `<name>`. */
export interface KGroupedStream<K, V> {
  count(name: string, options?: StoreOptions): KTable<K, number>;

  /** The first record of a key is its first result. */
  reduce(name: string, reduce: (one: V, other: V) => V, options?: StoreOptions & { readonly value?: Serde<V> }): KTable<K, V>; // biome-ignore format: one line

  /** `add` makes another aggregate and leaves the one it is given as it is; null deletes it. */
  aggregate<A>(
    name: string,
    initial: () => A,
    add: Aggregator<K, V, A>,
    options: StoreOptions & { readonly value: Serde<A> },
  ): KTable<K, A>;

  /** `name`: of the node and of the state store. */
  windowedBy(name: string, windows: TimeWindows | SlidingWindows): TimeWindowedStream<K, V>;
  windowedBy(name: string, windows: SessionWindows): SessionWindowedStream<K, V>;

  /** Together with other streams into one aggregate: see `CogroupedKStream`. */
  cogroup<A>(add: Aggregator<K, V, A>): CogroupedKStream<K, A>;

  partOf<A>(add: Aggregator<K, V, A>): CogroupedPart<K, A>;
}

/** A table whose changes are grouped by another key: what leaves a group is subtracted, what enters it is added. */
export interface KGroupedTable<K, V> {
  /** In the state store `name`. `subtract` undoes what `add` did; a null from either deletes the group. */
  aggregate<VA>(
    name: string,
    initial: () => VA,
    add: (aggregate: VA, value: V, key: K) => VA | null,
    subtract: (aggregate: VA, value: V, key: K) => VA | null,
    options: StoreOptions & { readonly value: Serde<VA> },
  ): KTable<K, VA>;

  /** The first value of a group is its beginning. */
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

  /** `add` makes another aggregate and leaves the one it is given as it is; null deletes the window. */
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

  /** As for time windows; `merge` joins the aggregates of sessions that have become one, `initial()` first. */
  aggregate<A>(
    initial: () => A,
    add: Aggregator<K, V, A>,
    merge: (one: A, other: A, key: K) => A,
    options: WindowMaterialized & { readonly value: Serde<A> },
  ): WindowedAggregate<K, V, A>;
}

/**
 * What comes of aggregating by windows: three outputs, each a node `<name>-updates`, `<name>-closed`, `<name>-late` that
 * there is only when it is asked for. The aggregates themselves lie in the state store `<name>`.
 */
export interface WindowedAggregate<K, V, A> {
  /** Every change of a window (emit on update); with a cache one per commit. */
  readonly updates: KTable<Windowed<K>, A>;

  /** Each window once, when it closes (emit final, KIP-825); over restarts too. */
  readonly closed: KStream<Windowed<K>, A>;

  /**
   * Records that came too late for all their windows, as they came; they are accounted `late`. A record that was too
   * late for some is in the others, and accounted processed. `dropped-records` counts one for every window missed.
   */
  readonly late: KStream<K, V>;
}

/**
 * Several grouped streams that are aggregated into one (KIP-150), each by an aggregator of its own; their records are
 * taken in the order in which the task takes them. The streams must be cut alike.
 */
export interface CogroupedKStream<K, A> {
  cogroup<V>(stream: KGroupedStream<K, V>, add: Aggregator<K, V, A>): CogroupedKStream<K, A>;

  /** As `KGroupedStream.aggregate`; the nodes before it are `<name>-cogroup-0`, `-1` ... and `<name>-cogroup`. */
  aggregate(name: string, initial: () => A, options: StoreOptions & { readonly value: Serde<A> }): KTable<K, A>;

  /** Each stream's records are late or not by the time of that stream, unless windows go by the time of each key. */
  windowedBy(name: string, windows: TimeWindows | SlidingWindows): CogroupedTimeWindows<K, A>;
  windowedBy(name: string, windows: SessionWindows): CogroupedSessions<K, A>;
}

/** Several streams grouped by key and by tumbling, hopping or sliding windows. */
export interface CogroupedTimeWindows<K, A> {
  aggregate(initial: () => A, options: WindowMaterialized & { readonly value: Serde<A> }): KTable<Windowed<K>, A>;
}

/** Several streams grouped by key and by sessions. */
export interface CogroupedSessions<K, A> {
  /** `merge` joins the aggregates of sessions that have become one, `initial()` first. */
  aggregate(
    initial: () => A,
    merge: (one: A, other: A, key: K) => A,
    options: WindowMaterialized & { readonly value: Serde<A> },
  ): KTable<Windowed<K>, A>;
}
