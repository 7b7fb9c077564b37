import type { LogEntries } from '../../log/log-client.ts';
import { StreamsError } from '../errors.ts';
import { UndoList } from '../undo-list.ts';
import { mergeLayers } from './merge-layers.ts';
import { after, toKey } from './names.ts';
import { OrderedMap } from './ordered-map.ts';
import type { Checkpoint, StoreChange, StoredValue, StoreEngine } from './store-engine.ts';

/** An uncommitted change. */
class Change implements StoreChange {
  readonly name: string;
  readonly value: Buffer | null;
  decoded: unknown;

  constructor(name: string, value: Buffer | null) {
    this.name = name;
    this.value = value;
  }

  get bytes(): Buffer {
    return this.value ?? NOTHING;
  }
}

const NOTHING = Buffer.alloc(0);
/**
 * Largest key and value together that a changelog takes: a batch of the broker's default size (max.message.bytes), less
 * its header.
 */
const LARGEST_CHANGE_BYTES = 1_048_388;
const FIRST_PAGE = 16;
const LARGEST_PAGE = 1024;
/** When values of more bytes than this have decoded forms, all decoded forms are dropped. */
const KEPT_DECODED_BYTES = 4 * 1_048_576;
const OVERHEAD_BYTES = 100;

/** A change in the form for the changelog. */
export interface ChangelogEntry {
  readonly key: Buffer;
  readonly value: Buffer | null;
}

/** Reading a store's entries by name, in bytes. */
export interface StoreReads {
  get(name: string): StoredValue | undefined;
  /**
   * From `low` (included) to `high` (excluded; undefined: no bound). Writing meanwhile is allowed: an entry comes with
   * the value it has when it is reached, a deleted one does not come, one added ahead may.
   */
  entries(low: string, high: string | undefined, backward: boolean): Iterable<readonly [string, StoredValue]>;
  /** Names of entries with a time in (`afterMs`, `upToMs`], earliest first. */
  namesByTime(afterMs: number, upToMs: number): readonly string[];
  /** O(uncommitted changes). */
  readonly size: number;
  readonly observedMs: number;
  /** Reports that `value.decoded` was filled, so that it can be emptied later. */
  onDecoded(value: StoredValue, bytes: number): void;
}

/**
 * The state of one store of one task: overlays of uncommitted changes over the engine's committed state. Reads see the
 * newest first: dirty changes, then those of the running transaction, then committed state. `freeze()` starts a
 * transaction with the dirty changes; `applied()` moves them to the engine after the commit. A dropped task drops both
 * overlays.
 */
export class StoreLayers implements StoreReads {
  protected readonly engine: StoreEngine;
  readonly #longestName: number;
  readonly #timeOf: ((name: string) => number) | undefined;
  #dirty: OrderedMap<Change>;
  #frozen: OrderedMap<Change>;
  /** Entries of the overlay before the present record, to undo it. */
  readonly #undo = new UndoList<readonly [string, Change | undefined]>();
  /** Increases with each change visible to reads. */
  #version = 0;
  #decoded: StoredValue[] = [];
  #decodedBytes = 0;

  constructor(engine: StoreEngine, timeOf?: (name: string) => number) {
    this.engine = engine;
    this.#longestName = engine.longestName ?? Number.POSITIVE_INFINITY;
    this.#timeOf = timeOf;
    this.#dirty = new OrderedMap(timeOf);
    this.#frozen = new OrderedMap(timeOf);
  }

  get observedMs(): number {
    return this.engine.observedMs;
  }

  get(name: string): StoredValue | undefined {
    const change = this.#dirty.get(name) ?? this.#frozen.get(name);
    if (change === undefined) return this.engine.get(name);
    return change.value === null ? undefined : change;
  }

  put(name: string, value: Buffer): void {
    if (name.length > this.#longestName)
      throw new RangeError(`a key of ${name.length} bytes is too long for its store`);
    if (name.length + value.length > LARGEST_CHANGE_BYTES)
      throw new StreamsError('RECORD_TOO_LARGE', `a state of ${value.length} bytes does not fit into a changelog`);
    this.#set(name, new Change(name, value));
  }

  /** Deletes an entry: one that was never committed leaves no trace, a committed one a tombstone. */
  delete(name: string): void {
    if (this.#frozen.has(name) || this.engine.has(name)) this.#set(name, new Change(name, null));
    else if (this.#dirty.has(name)) this.#set(name, undefined);
  }

  *entries(low: string, high: string | undefined, backward: boolean): Iterable<readonly [string, StoredValue]> {
    let span = { low, high, backward, limit: FIRST_PAGE };
    for (;;) {
      const layers = {
        committed: this.engine.slice(span),
        dirty: this.#dirty.slice(span),
        frozen: this.#frozen.slice(span),
      };
      const { found, end } = mergeLayers(span, layers, name => this.get(name));
      const version = this.#version;
      for (const entry of found) {
        if (version === this.#version) yield entry;
        else {
          const value = this.get(entry[0]);
          if (value !== undefined) yield [entry[0], value];
        }
      }
      if (end === undefined) return;
      const limit = Math.min(LARGEST_PAGE, span.limit * 4);
      span = backward ? { ...span, high: end, limit } : { ...span, low: after(end), limit };
    }
  }

  namesByTime(afterMs: number, upToMs: number): readonly string[] {
    if (upToMs < 0) return [];
    const layers = [this.#dirty, this.#frozen, this.engine].flatMap(layer => layer.namesByTime(afterMs, upToMs));
    return [...new Set(layers)].filter(name => this.get(name) !== undefined);
  }

  get size(): number {
    const changed = new Set([...this.#frozen.names(), ...this.#dirty.names()]);
    let { size } = this.engine;
    for (const name of changed) size += Number(this.get(name) !== undefined) - Number(this.engine.has(name));
    return size;
  }

  onDecoded(value: StoredValue, bytes: number): void {
    if (value instanceof Change) return; // it is dropped with its transaction
    this.#decoded.push(value);
    this.#decodedBytes += bytes + OVERHEAD_BYTES;
    if (this.#decodedBytes < KEPT_DECODED_BYTES) return;
    for (const old of this.#decoded) old.decoded = undefined;
    this.#decoded = [];
    this.#decodedBytes = 0;
  }

  get isDirty(): boolean {
    return this.#dirty.size > 0;
  }

  /** Sets the state to which `rollback` returns. */
  mark(): void {
    this.#undo.clear();
  }

  rollback(): void {
    this.#undo.drain(([name, before]) => this.#replace(name, before));
  }

  /** The changelog entries of the transaction that begins now: the last value of each changed key. */
  freeze(): readonly ChangelogEntry[] {
    this.#frozen = this.#dirty;
    this.#dirty = new OrderedMap(this.#timeOf);
    this.#undo.clear();
    return Array.from(this.#frozen.entries(), ([name, { value }]) => ({ key: toKey(name), value }));
  }

  /** The transaction with the changes of `freeze()` is committed. */
  applied(checkpoint?: Checkpoint): void {
    this.engine.write(
      Array.from(this.#frozen.entries(), ([, change]) => change),
      checkpoint,
    );
    this.#frozen = new OrderedMap(this.#timeOf);
    this.#version += 1;
  }

  /** Applies changelog records in order; returns their number. */
  restore(entries: LogEntries, checkpoint?: Checkpoint): number {
    const restored = this.engine.restore(entries, checkpoint);
    this.#version += 1;
    return restored;
  }

  wipe(): void {
    this.engine.wipe();
    this.#version += 1;
  }

  protected isUncommitted(name: string): boolean {
    return this.#dirty.has(name) && !this.#frozen.has(name) && !this.engine.has(name);
  }

  /** Writes a tombstone even when nothing was committed. */
  protected bury(name: string): void {
    this.#set(name, new Change(name, null));
  }

  /** Forgets an entry as if the next transaction had never changed it. */
  protected forget(name: string): void {
    this.#set(name, undefined);
  }

  #set(name: string, change: Change | undefined): void {
    this.#undo.push([name, this.#dirty.get(name)]);
    this.#replace(name, change);
  }

  #replace(name: string, change: Change | undefined): void {
    if (change === undefined) this.#dirty.delete(name);
    else this.#dirty.set(name, change);
    this.#version += 1;
  }
}
