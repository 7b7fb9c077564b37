import type { Serde } from '@sightline/schemas/topic';
import type { StateStore, StoreOptions } from './state-store.ts';

export interface ReadOnlyKeyValueStore<K, V> extends StateStore {
  get(key: K): V | undefined;
  /**
   * All entries in the order of their serialized keys. Here and in all iterations of stores the caller may write
   * meanwhile: an entry comes with the value it has when it is reached, a deleted one does not come, a new one may.
   */
  all(): Iterable<readonly [K, V]>;
  /** Keys from `from` to `to`, both included, in the order of their serialized keys; descending when `backward`. */
  range(from: K, to: K, options?: { readonly backward?: boolean }): Iterable<readonly [K, V]>;
  /** Number of entries. */
  readonly size: number;
}

/** State of one task by key. Reads match a restore. Values are immutable: put a new value to change one. */
export interface KeyValueStore<K, V> extends ReadOnlyKeyValueStore<K, V> {
  put(key: K, value: V): void;
  delete(key: K): void;
}

/** Declares a store; its name becomes part of the changelog topic's name. */
export interface KeyValueStoreBuilder<K, V> {
  readonly kind: 'key-value';
  readonly name: string;
  readonly key: Serde<K>;
  readonly value: Serde<V>;
  readonly logged: boolean;
  readonly engine: 'memory' | 'lmdb' | undefined;
}

export function keyValueStore<K, V>(
  name: string,
  key: Serde<K>,
  value: Serde<V>,
  { logged = true, engine }: StoreOptions = {},
): KeyValueStoreBuilder<K, V> {
  return { kind: 'key-value', name, key, value, logged, engine };
}
