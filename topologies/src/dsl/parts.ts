import type { ProcessorContext, StoreOptions, Topology, ValueAndTimestamp } from '@sightline/processors/runtime';
import type { Serde } from '@sightline/schemas/topic';
import type { Aggregator } from './fold.ts';
import type { Repartition } from './repartition.ts';
import type { Serdes } from './serdes.ts';

/** A join by key sees no null; `key` is null only where an outer join lets a record without one pass. */
export type Joiner<K, VL, VR, VO> = (left: VL, right: VR, key: K) => VO;

export type JoinKind = 'inner' | 'left' | 'outer';

/** How the records of a stream-stream join are kept until their windows close, and how results are written. */
export interface JoinSerdes<K, VL, VR, VO> {
  readonly key?: Serde<NonNullable<K>> | undefined;
  readonly left?: Serde<NonNullable<VL>> | undefined;
  readonly right?: Serde<NonNullable<VR>> | undefined;
  readonly result?: Serde<NonNullable<VO>> | undefined;
}

/** What becomes of a stream's keys on the way to where they must meet. */
export interface KeyHistory {
  /** The step that changed keys since the records were last where their key belongs. */
  readonly rekeyedBy?: string | undefined;
  /** Repartition topics passed so far. */
  readonly passed?: readonly Repartition[] | undefined;
}

export interface StreamParts<K, V> extends KeyHistory {
  readonly topology: Topology;
  /** Forwards the stream's records. */
  readonly node: string;
  readonly serdes: Serdes<NonNullable<K>, NonNullable<V>>;
}

/** Looks a key up in a table from another node, which must be connected to `stores`. */
export interface ValueGetter<K, V> {
  readonly stores: readonly string[];
  open(context: Pick<ProcessorContext, 'stateStore'>): (key: K) => ValueAndTimestamp<V> | undefined;
}

export interface TableParts<K, V> {
  readonly topology: Topology;
  /** Forwards a `Change<V>` for each change of the table. */
  readonly node: string;
  readonly key: Serde<K> | undefined;
  readonly value: Serde<V> | undefined;
  readonly valueGetter: ValueGetter<K, V>;
  /** Asks the node to fill in `oldValue`; absent: it always does. */
  readonly sendOldValues?: () => void;
}

/** How a step's values are written, and the name of a state store of its own to keep them in, for queries. */
export interface Materialized<V> {
  readonly value?: Serde<V> | undefined;
  readonly store?: string;
}

export interface WindowMaterialized extends StoreOptions {
  /** How long a window stays readable, ms of event time behind the newest; at least, and by default, as long as it takes records. */
  readonly retentionMs?: number;
}

/** A stream whose records of one key are together. */
export interface GroupedParts<K, V> {
  readonly topology: Topology;
  /** Forwards the records. */
  readonly node: string;
  readonly serdes: Serdes<K, V>;
}

/** One of several streams, and how its records become part of the aggregate of all. */
export interface CogroupedPart<K, A> {
  readonly topology: Topology;
  readonly node: string;
  readonly key: Serde<K> | undefined;
  readonly add: Aggregator<K, never, A>;
}
