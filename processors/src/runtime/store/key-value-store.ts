import type { Serde } from '@sightline/schemas/topic';

export interface StateStore {
  readonly name: string;
}

export interface ReadOnlyKeyValueStore<K, V> extends StateStore {
  get(key: K): V | undefined;
  /** All entries in the order of their serialized keys; O(n log n). Do not write while iterating. */
  all(): Iterable<readonly [K, V]>;
  /** Keys from `from` to `to`, both included, in the order of their serialized keys. */
  range(from: K, to: K): Iterable<readonly [K, V]>;
  /** Number of entries. */
  readonly size: number;
}

/**
 * State of one task by key. A value is serialized when it is put, so what is read is what a restore would give.
 * Values are immutable: change one by putting another.
 */
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
  /** False: the state is lost with the task. */
  readonly logged: boolean;
}

// biome-ignore lint/suspicious/noExplicitAny: a store of any types, for lists of stores
export type AnyStoreBuilder = KeyValueStoreBuilder<any, any>;

export function keyValueStore<K, V>(
  name: string,
  key: Serde<K>,
  value: Serde<V>,
  options: { readonly logged?: boolean } = {},
): KeyValueStoreBuilder<K, V> {
  return { kind: 'key-value', name, key, value, logged: options.logged ?? true };
}
