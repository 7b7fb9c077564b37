import type { ProcessorContext, StoreOptions, Topology, ValueAndTimestamp } from '@sightline/processors/runtime';
import type { Serde } from '@sightline/schemas/topic';
import type { Aggregator } from './fold.ts';
import type { Repartition } from './repartition.ts';
import type { Serdes } from './serdes.ts';

/** A join by key sees no null. `key` is null only where an outer join accepts a record without one. */
export type Joiner<K, VL, VR, VO> = (left: VL, right: VR, key: K) => VO;

export type JoinKind = 'inner' | 'left' | 'outer';

/** Serdes for the records that a stream-stream join stores until their windows close, and for its results. */
export interface JoinSerdes<K, VL, VR, VO> {
  readonly key?: Serde<NonNullable<K>> | undefined;
  readonly left?: Serde<NonNullable<VL>> | undefined;
  readonly right?: Serde<NonNullable<VR>> | undefined;
  readonly result?: Serde<NonNullable<VO>> | undefined;
}

/** The changes of a stream's keys, and its repartition topics. */
export interface KeyHistory {
  /** The last step that changed keys after the last repartition; undefined: none did. */
  readonly rekeyedBy?: string | undefined;
  /** Repartition topics passed so far. */
  readonly passed?: readonly Repartition[] | undefined;
}

export interface StreamParts<K, V> extends KeyHistory {
  readonly topology: Topology;
  /** The node that forwards the stream's records. */
  readonly node: string;
  readonly serdes: Serdes<NonNullable<K>, NonNullable<V>>;
}

/** Looks a key up in a table from another node; that node must be connected to `stores`. */
export interface ValueGetter<K, V> {
  readonly stores: readonly string[];
  open(context: Pick<ProcessorContext, 'stateStore'>): (key: K) => ValueAndTimestamp<V> | undefined;
}

export interface TableParts<K, V> {
  readonly topology: Topology;
  /** The node that forwards a `Change<V>` for each change of the table. */
  readonly node: string;
  readonly key: Serde<K> | undefined;
  readonly value: Serde<V> | undefined;
  readonly valueGetter: ValueGetter<K, V>;
  /** Asks the node to set `oldValue`; absent: it always does. */
  readonly sendOldValues?: () => void;
}

/** The serde of a step's values, and the name of a state store that keeps them for queries. */
export interface Materialized<V> {
  readonly value?: Serde<V> | undefined;
  readonly store?: string;
}

export interface WindowMaterialized extends StoreOptions {
  /**
   * How long a window can be read, in ms of event time behind the newest record. Default and minimum: as long as the
   * window takes records.
   */
  readonly retentionMs?: number;
}

/** A stream whose records of one key are in one task. */
export interface GroupedParts<K, V> {
  readonly topology: Topology;
  /** The node that forwards the records. */
  readonly node: string;
  readonly serdes: Serdes<K, V>;
}

/** One of several streams, and its aggregator for the common aggregate. */
export interface CogroupedPart<K, A> {
  readonly topology: Topology;
  readonly node: string;
  readonly key: Serde<K> | undefined;
  readonly add: Aggregator<K, never, A>;
}
