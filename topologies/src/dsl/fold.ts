import type { StreamRecord } from '@sightline/processors/runtime';

/** How records become an aggregate. Aggregates are immutable: return a new one instead of changing the old one. */
export interface Fold<K, V, A> {
  /** The aggregate before the first record; undefined: the first record's value is the first aggregate. */
  initial(): A | undefined;
  /** Null deletes the aggregate. */
  add(aggregate: A | undefined, record: StreamRecord<K, V>): A | null;
}

/** A fold whose aggregates can be merged, as sessions need. */
export interface MergingFold<K, V, A> extends Fold<K, V, A> {
  merge(one: A | undefined, other: A, key: K): A;
}

/** Counts records, whatever their values. */
export const counting: MergingFold<unknown, unknown, number> = {
  initial: () => 0,
  add: (count = 0) => count + 1,
  merge: (one = 0, other) => one + other,
};

export function reducing<K, V>(reduce: (one: V, other: V) => V): MergingFold<K, V, V> {
  return {
    initial: () => undefined,
    add: (reduced, { value }) => (reduced === undefined ? value : reduce(reduced, value)),
    merge: (one, other) => (one === undefined ? other : reduce(one, other)),
  };
}

export type Aggregator<K, V, A> = (aggregate: A, value: V, record: StreamRecord<K, V>) => A | null;

export function aggregating<K, V, A>(initial: () => A, add: Aggregator<K, V, A>): Fold<K, V, A> {
  return {
    initial,
    add: (aggregate, record) => add(aggregate === undefined ? initial() : aggregate, record.value, record),
  };
}
