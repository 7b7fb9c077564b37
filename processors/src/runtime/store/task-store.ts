import type { LogRecord } from '../../log/log-client.ts';
import type { KeyValueStore, KeyValueStoreBuilder } from './key-value-store.ts';
import type { StoreChange, StoreEngine } from './store-engine.ts';

interface Dirty<V> extends StoreChange {
  /** What `value` decodes to, once somebody asked. */
  decoded?: V;
}

/**
 * A state store of one task: overlays of uncommitted changes over the engine's committed state. Reads see the newest
 * first: what is dirty, what a transaction under way holds, what is committed. `freeze()` begins a transaction with
 * what is dirty, `applied()` moves it down after the log took it; a dropped task drops both.
 */
export class TaskStore<K, V> implements KeyValueStore<K, V> {
  readonly name: string;
  readonly builder: KeyValueStoreBuilder<K, V>;
  readonly #engine: StoreEngine;
  #dirty = new Map<string, Dirty<V>>();
  #frozen = new Map<string, Dirty<V>>();
  /** Entries of the overlay as they were before the record at hand, to undo it. */
  #undo: [string, Dirty<V> | undefined][] = [];

  constructor(builder: KeyValueStoreBuilder<K, V>, engine: StoreEngine) {
    this.name = builder.name;
    this.builder = builder;
    this.#engine = engine;
  }

  get(key: K): V | undefined {
    const bytes = this.builder.key.serialize(key);
    const name = bytes.toString('latin1');
    const dirty = this.#dirty.get(name) ?? this.#frozen.get(name);
    if (dirty === undefined) {
      const stored = this.#engine.get(bytes);
      return stored === undefined ? undefined : this.builder.value.deserialize(stored);
    }
    if (dirty.value === null) return undefined;
    dirty.decoded ??= this.builder.value.deserialize(dirty.value);
    return dirty.decoded;
  }

  put(key: K, value: V): void {
    this.#set(this.builder.key.serialize(key), this.builder.value.serialize(value));
  }

  delete(key: K): void {
    this.#set(this.builder.key.serialize(key), null);
  }

  *all(): Iterable<readonly [K, V]> {
    for (const [key, value] of this.#bytes()) {
      yield [this.builder.key.deserialize(key), this.builder.value.deserialize(value)];
    }
  }

  *range(from: K, to: K): Iterable<readonly [K, V]> {
    const [low, high] = [this.builder.key.serialize(from), this.builder.key.serialize(to)];
    for (const [key, value] of this.#bytes()) {
      if (key.compare(low) < 0) continue;
      if (key.compare(high) > 0) return;
      yield [this.builder.key.deserialize(key), this.builder.value.deserialize(value)];
    }
  }

  get size(): number {
    return this.#bytes().length;
  }

  get isDirty(): boolean {
    return this.#dirty.size > 0;
  }

  /** From here on `rollback` leads back to here. */
  mark(): void {
    if (this.#undo.length > 0) this.#undo = [];
  }

  rollback(): void {
    for (const [name, before] of this.#undo.reverse()) {
      if (before === undefined) this.#dirty.delete(name);
      else this.#dirty.set(name, before);
    }
    this.#undo = [];
  }

  /** What the changelog must take in the transaction that begins now: the last value of each changed key. */
  freeze(): readonly StoreChange[] {
    this.#frozen = this.#dirty;
    this.#dirty = new Map();
    this.#undo = [];
    return [...this.#frozen.values()];
  }

  /** The transaction with the changes of `freeze()` is committed. */
  applied(): void {
    this.#engine.write([...this.#frozen.values()]);
    this.#frozen.clear();
  }

  /** Takes records of the changelog, in order. */
  restore(records: readonly LogRecord[]): void {
    const changes = records.flatMap(({ key, value }) =>
      key === null ? [] : [{ key: copy(key), value: value && copy(value) }],
    );
    this.#engine.write(changes);
  }

  get restoreFrom(): bigint | undefined {
    return this.#engine.changelogOffset;
  }

  close(): void {
    this.#engine.close();
  }

  #set(key: Buffer, value: Buffer | null): void {
    const name = key.toString('latin1');
    this.#undo.push([name, this.#dirty.get(name)]);
    this.#dirty.set(name, { key, value });
  }

  #bytes(): (readonly [Buffer, Buffer])[] {
    const changed = new Map([...this.#frozen, ...this.#dirty]);
    const entries = [...this.#engine.entries()].filter(([key]) => !changed.has(key.toString('latin1')));
    for (const { key, value } of changed.values()) if (value !== null) entries.push([key, value]);
    return entries.sort(([a], [b]) => a.compare(b));
  }
}

/** Fetched bytes are slices of a large answer, which they would keep alive. */
function copy(bytes: Buffer): Buffer {
  return Buffer.from(bytes);
}
