import type { ProcessorContext, RecordCache, RecordHeaders } from '@sightline/processors/runtime';
import type { Serde } from '@sightline/schemas/topic';
import type { Change } from './change.ts';

interface Held<K, V> extends Change<V> {
  readonly key: K;
  readonly timestampMs: number;
  readonly headers: RecordHeaders;
}

/** Approximate size of an entry besides key and value: that of its V8 object. */
const HELD_BYTES = 256;

/**
 * Forwards the changes of a table that has a state store. Without a cache it forwards each change at once. With a cache
 * it forwards one change per key and commit, from the value at the last commit to the present one; values in between
 * are not forwarded.
 */
export class ChangeForwarder<K, V> {
  readonly #context: ProcessorContext<K, Change<V>>;
  readonly #key: Serde<K>;
  readonly #cache: RecordCache<Held<K, V>> | undefined;

  /** Create it in `init`. */
  constructor(context: ProcessorContext<K, Change<V>>, key: Serde<K>) {
    this.#context = context;
    this.#key = key;
    this.#cache = context.recordCache<Held<K, V>>(held => this.#tell(held));
  }

  /** True when changes are held until a commit. */
  get isCached(): boolean {
    return this.#cache !== undefined;
  }

  forward(key: K, newValue: V | null, oldValue: V | null, timestampMs: number, headers: RecordHeaders): void {
    if (this.#cache === undefined) {
      this.#context.forward({ key, value: { newValue, oldValue }, timestampMs, headers });
      return;
    }
    const name = typeof key === 'string' ? key : this.#key.serialize(key).toString('latin1');
    const held = this.#cache.get(name);
    const before = held === undefined ? oldValue : held.oldValue;
    this.#cache.put(name, { key, newValue, oldValue: before, timestampMs, headers }, name.length + HELD_BYTES);
  }

  #tell({ key, newValue, oldValue, timestampMs, headers }: Held<K, V>): void {
    if (newValue === null && oldValue === null) return;
    this.#context.forward({ key, value: { newValue, oldValue }, timestampMs, headers });
  }
}
