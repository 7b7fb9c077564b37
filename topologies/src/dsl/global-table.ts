import type { GlobalProcessor, StreamRecord, ValueAndTimestamp } from '@sightline/processors/runtime';
import type { Serde } from '@sightline/schemas/topic';

/** A whole topic as a table in every process. It can be joined by any key and needs no co-partitioning. */
export class GlobalKTable<K, V> {
  /** Name of the global store. */
  readonly name: string;
  readonly key: Serde<K>;
  readonly value: Serde<V>;

  constructor(name: string, key: Serde<K>, value: Serde<V>) {
    this.name = name;
    this.key = key;
    this.value = value;
  }
}

/** The latest value of each key that the process has read so far. */
export class GlobalTableState<K, V> implements GlobalProcessor<K, V> {
  readonly #key: Serde<K>;
  readonly #entries = new Map<unknown, readonly [K, ValueAndTimestamp<V>]>();

  constructor(key: Serde<K>) {
    this.#key = key;
  }

  /** Skips a record without a key. */
  process({ key, value, timestampMs }: StreamRecord<K | null, V | null>): void {
    if (key === null) return;
    if (value === null) this.#entries.delete(this.#identity(key));
    else this.#entries.set(this.#identity(key), [key, { value, timestampMs }]);
  }

  get(key: K): ValueAndTimestamp<V> | undefined {
    return this.#entries.get(this.#identity(key))?.[1];
  }

  *all(): Iterable<readonly [K, ValueAndTimestamp<V>]> {
    yield* this.#entries.values();
  }

  /** Keys are equal when their bytes are. A string is its own identity. */
  #identity(key: K): unknown {
    return typeof key === 'string' ? key : this.#key.serialize(key).toString('latin1');
  }
}
