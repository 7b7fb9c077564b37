import { UndoList } from './undo-list.ts';

/**
 * A node's entries between commits, the newest of each key, so that many updates of one key become one output
 * (statestore.cache.max.bytes). The node's `flush` gets the entries before a commit and when the cache is full: by
 * `at`, then by key, each in the order of the first put.
 */
export interface RecordCache<E> {
  /** `at` distinguishes entries of one key, e.g. by a window's start. */
  get(key: CacheKey, at?: number): E | undefined;
  /** `bytes`: approximate size of the entry. */
  put(key: CacheKey, entry: E, bytes: number, at?: number): void;
}

export type CacheKey = string | number | bigint | boolean;

interface Slot<E> {
  entry: E;
  bytes: number;
}

/** The entry replaced by a put; `before` undefined: there was none. */
interface Covered<E> {
  readonly at: number;
  readonly key: CacheKey;
  readonly slot: Slot<E>;
  readonly before: E | undefined;
  readonly bytes: number;
}

/** A cache whose puts can be undone to the last mark, like all effects of a failed record. */
class UndoableCache<E> implements RecordCache<E> {
  readonly #flush: (entry: E) => void;
  #slots = new Map<number, Map<CacheKey, Slot<E>>>();
  #bytes = 0;
  readonly #undo = new UndoList<Covered<E>>();

  constructor(flush: (entry: E) => void) {
    this.#flush = flush;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(key: CacheKey, at = 0): E | undefined {
    return this.#slots.get(at)?.get(key)?.entry;
  }

  put(key: CacheKey, entry: E, bytes: number, at = 0): void {
    let slots = this.#slots.get(at);
    if (slots === undefined) {
      slots = new Map();
      this.#slots.set(at, slots);
    }
    const slot = slots.get(key);
    if (slot === undefined) {
      const added = { entry, bytes };
      slots.set(key, added);
      this.#undo.push({ at, key, slot: added, before: undefined, bytes: 0 });
      this.#bytes += bytes;
      return;
    }
    this.#undo.push({ at, key, slot, before: slot.entry, bytes: slot.bytes });
    this.#bytes += bytes - slot.bytes;
    slot.entry = entry;
    slot.bytes = bytes;
  }

  mark(): void {
    this.#undo.clear();
  }

  rollback(): void {
    this.#undo.drain(({ at, key, slot, before, bytes }) => {
      this.#bytes += bytes - slot.bytes;
      if (before === undefined) this.#slots.get(at)?.delete(key);
      else Object.assign(slot, { entry: before, bytes });
    });
  }

  /** Flushes all entries; entries put by the flush itself stay for the next one. */
  flush(): void {
    if (this.#slots.size === 0) return;
    const slots = this.#slots;
    this.#slots = new Map();
    this.#bytes = 0;
    this.#undo.clear();
    for (const keys of slots.values()) for (const { entry } of keys.values()) this.#flush(entry);
  }
}

/** The caches of a task's nodes. */
export class TaskCaches {
  readonly #maxBytes: number;
  readonly #nodes: readonly string[];
  readonly #caches: { readonly node: string; readonly cache: UndoableCache<unknown> }[] = [];

  /** `nodes`: their names, parents first. `maxBytes` 0: no caches. */
  constructor(nodes: readonly string[], maxBytes: number) {
    this.#nodes = nodes;
    this.#maxBytes = maxBytes;
  }

  open<E>(node: string, flush: (entry: E) => void): RecordCache<E> | undefined {
    if (this.#maxBytes === 0) return undefined;
    const cache = new UndoableCache(flush);
    this.#caches.push({ node, cache: cache as UndoableCache<unknown> });
    this.#caches.sort((a, b) => this.#nodes.indexOf(a.node) - this.#nodes.indexOf(b.node));
    return cache;
  }

  get isFull(): boolean {
    let bytes = 0;
    for (const { cache } of this.#caches) bytes += cache.bytes;
    return bytes > this.#maxBytes;
  }

  /** Flushes parents before children: a node's flushed entries pass through the caches below it. */
  flush(): void {
    for (const { cache } of this.#caches) cache.flush();
  }

  mark(): void {
    for (const { cache } of this.#caches) cache.mark();
  }

  rollback(): void {
    for (const { cache } of this.#caches) cache.rollback();
  }
}
