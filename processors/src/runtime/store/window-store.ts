import type { Serde } from '@sightline/schemas/topic';
import type { StateStore, StoreOptions } from './state-store.ts';
import type { Windowed } from './windowed.ts';

/**
 * State of one task by key and window start. Times are ms since 1970; ranges include both ends. An entry expires when
 * its start is not above (highest start put - retention): reads skip it at once, and the next commit writes its
 * tombstone. A put of an expired start does nothing. Values are immutable: put a new value to change one.
 */
export interface ReadOnlyWindowStore<K, V> extends StateStore {
  /** With duplicates: the first one. */
  get(key: K, startMs: number): V | undefined;
  /** Windows of one key that start in the range, ascending by start; descending when `backward`. */
  fetch(key: K, fromMs: number, toMs: number, options?: { readonly backward?: boolean }): Iterable<readonly [startMs: number, value: V]>; // biome-ignore format: one call
  /** Windows of all keys that start in the range; in the order of the bytes of key | start. O(result). */
  fetchAll(fromMs: number, toMs: number): Iterable<readonly [Windowed<K>, V]>;
  all(): Iterable<readonly [Windowed<K>, V]>;
  /** Number of entries. */
  readonly size: number;
}

export interface WindowStore<K, V> extends ReadOnlyWindowStore<K, V> {
  /**
   * With `retainDuplicates` every put adds another entry of that start, in order. Throws a RangeError unless `startMs`
   * is an integer in [0, 2^53).
   */
  put(key: K, value: V, startMs: number): void;
  /** With duplicates: deletes all of them. */
  delete(key: K, startMs: number): void;
}

export interface WindowStoreBuilder<K, V> {
  readonly kind: 'window';
  readonly name: string;
  readonly key: Serde<K>;
  readonly value: Serde<V>;
  readonly logged: boolean;
  readonly engine: 'memory' | 'lmdb' | undefined;
  /** Size of a window, from which a read gets the window's end. */
  readonly sizeMs: number;
  readonly retentionMs: number;
  /** Several values per key and start, for the buffers of stream-stream joins. */
  readonly retainDuplicates: boolean;
}

export interface WindowStoreOptions extends StoreOptions {
  readonly sizeMs: number;
  readonly retentionMs: number;
  readonly retainDuplicates?: boolean;
}

export function windowStore<K, V>(
  name: string,
  key: Serde<K>,
  value: Serde<V>,
  options: WindowStoreOptions,
): WindowStoreBuilder<K, V> {
  const { sizeMs, retentionMs, retainDuplicates = false, logged = true, engine } = options;
  return { kind: 'window', name, key, value, logged, engine, sizeMs, retentionMs, retainDuplicates };
}
