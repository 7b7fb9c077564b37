/** A change of one key; a null value deletes it. */
export interface StoreChange {
  readonly key: Buffer;
  readonly value: Buffer | null;
}

/** Where a store's committed state lies. What was not committed to the log never gets here. */
export interface StoreEngine {
  get(key: Buffer): Buffer | undefined;
  /** In the order of key bytes. */
  entries(): Iterable<readonly [key: Buffer, value: Buffer]>;
  readonly size: number;
  /** All changes or none. `changelogOffset`: the changelog is contained up to it, exclusive. */
  write(changes: readonly StoreChange[], changelogOffset?: bigint): void;
  /** Where a restore has to begin; undefined: at the start of the changelog. */
  readonly changelogOffset: bigint | undefined;
  close(): void;
}

/** Keeps everything in this process's memory; a new task restores it whole. */
export class MemoryStoreEngine implements StoreEngine {
  readonly #entries = new Map<string, readonly [Buffer, Buffer]>();
  readonly changelogOffset = undefined;

  get size(): number {
    return this.#entries.size;
  }

  get(key: Buffer): Buffer | undefined {
    return this.#entries.get(key.toString('latin1'))?.[1];
  }

  entries(): Iterable<readonly [Buffer, Buffer]> {
    return [...this.#entries.values()].sort(([a], [b]) => a.compare(b));
  }

  write(changes: readonly StoreChange[]): void {
    for (const { key, value } of changes) {
      const name = key.toString('latin1');
      if (value === null) this.#entries.delete(name);
      else this.#entries.set(name, [key, value]);
    }
  }

  close(): void {
    this.#entries.clear();
  }
}
