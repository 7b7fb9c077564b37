/**
 * What a node holds back between commits, newest entry of each key, so that many updates of one key become one output
 * (statestore.cache.max.bytes). Entries are handed to the node's `flush` before a commit and when the cache is full, in
 * the order in which their keys were first put.
 */
export interface RecordCache<E> {
  get(key: string): E | undefined;
  /** `bytes`: about what the entry takes. */
  put(key: string, entry: E, bytes: number): void;
}

interface Slot<E> {
  readonly entry: E;
  readonly bytes: number;
}

/** A cache whose puts can be undone to the last mark, as all effects of a failed record are. */
class UndoableCache<E> implements RecordCache<E> {
  readonly #flush: (entry: E) => void;
  #slots = new Map<string, Slot<E>>();
  #bytes = 0;
  #undo: [string, Slot<E> | undefined][] = [];

  constructor(flush: (entry: E) => void) {
    this.#flush = flush;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(key: string): E | undefined {
    return this.#slots.get(key)?.entry;
  }

  put(key: string, entry: E, bytes: number): void {
    const before = this.#slots.get(key);
    this.#undo.push([key, before]);
    this.#slots.set(key, { entry, bytes });
    this.#bytes += bytes - (before?.bytes ?? 0);
  }

  mark(): void {
    if (this.#undo.length > 0) this.#undo = [];
  }

  rollback(): void {
    for (const [key, before] of this.#undo.reverse()) {
      this.#bytes += (before?.bytes ?? 0) - (this.#slots.get(key)?.bytes ?? 0);
      if (before === undefined) this.#slots.delete(key);
      else this.#slots.set(key, before);
    }
    this.#undo = [];
  }

  /** Hands over everything; what the flush puts again stays for the next. */
  flush(): void {
    if (this.#slots.size === 0) return;
    const slots = this.#slots;
    this.#slots = new Map();
    this.#bytes = 0;
    this.#undo = [];
    for (const { entry } of slots.values()) this.#flush(entry);
  }
}

/** The caches of one task's nodes. */
export class TaskCaches {
  readonly #maxBytes: number;
  readonly #nodes: readonly string[];
  readonly #caches: { readonly node: string; readonly cache: UndoableCache<unknown> }[] = [];

  /** `nodes`: their names, parents first. `maxBytes` 0: there are no caches. */
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

  /** Parents before children: what one node lets go of passes through the caches below it too. */
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
