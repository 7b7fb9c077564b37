import type { Serde } from '@sightline/schemas/topic';
import type { StateStore, StoreOptions } from './state-store.ts';
import type { Windowed } from './windowed.ts';

/**
 * State of one task by key and session `[startMs, endMs]`, both ends included. A session expires when its end is not
 * above (highest end put - retention): reads skip it at once, and the next commit writes its tombstone. A put of an
 * expired session does nothing. A put throws a RangeError unless its times are integers in [0, 2^53).
 */
export interface ReadOnlySessionStore<K, V> extends StateStore {
  get(key: K, startMs: number, endMs: number): V | undefined;
  /** Sessions of one key with end >= `earliestEndMs` and start <= `latestStartMs`, ascending by end, then start. */
  findSessions(key: K, earliestEndMs: number, latestStartMs: number): Iterable<readonly [Windowed<K>, V]>;
  /** All sessions of one key. */
  fetch(key: K): Iterable<readonly [Windowed<K>, V]>;
  /** Sessions of all keys that end in the range, both ends included, in the order of the bytes of key | end | start. O(result). */
  endedSessions(fromMs: number, toMs: number): Iterable<readonly [Windowed<K>, V]>;
  all(): Iterable<readonly [Windowed<K>, V]>;
  readonly size: number;
}

export interface SessionStore<K, V> extends ReadOnlySessionStore<K, V> {
  put(session: Windowed<K>, value: V): void;
  delete(session: Windowed<K>): void;
}

export interface SessionStoreBuilder<K, V> {
  readonly kind: 'session';
  readonly name: string;
  readonly key: Serde<K>;
  readonly value: Serde<V>;
  readonly logged: boolean;
  readonly engine: 'memory' | 'lmdb' | undefined;
  readonly retentionMs: number;
}

export function sessionStore<K, V>(
  name: string,
  key: Serde<K>,
  value: Serde<V>,
  options: StoreOptions & { readonly retentionMs: number },
): SessionStoreBuilder<K, V> {
  const { retentionMs, logged = true, engine } = options;
  return { kind: 'session', name, key, value, logged, engine, retentionMs };
}
