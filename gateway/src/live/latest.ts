/** Keeps the latest values by id: those written in the last `keepMs`, and at most `maxEntries`. The newest write is now. */
export class Latest<V> {
  readonly #entries = new Map<string, { readonly value: V; readonly writtenAtMs: number }>();
  readonly #keepMs: number;
  readonly #maxEntries: number;
  readonly #revisionOf: (value: V) => number;
  #version = 0;

  constructor(options: {
    readonly keepMs: number;
    readonly maxEntries: number;
    readonly revisionOf: (value: V) => number;
  }) {
    this.#keepMs = options.keepMs;
    this.#maxEntries = options.maxEntries;
    this.#revisionOf = options.revisionOf;
  }

  /** Stores a value unless a newer revision is stored. Drops values that are too old or too many. */
  put(id: string, value: V, writtenAtMs: number): void {
    const known = this.#entries.get(id);
    if (known !== undefined && this.#revisionOf(known.value) > this.#revisionOf(value)) return;
    this.#version++;
    this.#entries.delete(id); // moves the entry to the end, so that the oldest stay first
    this.#entries.set(id, { value, writtenAtMs });
    for (const [eldest, entry] of this.#entries) {
      if (entry.writtenAtMs > writtenAtMs - this.#keepMs && this.#entries.size <= this.#maxEntries) break;
      this.#entries.delete(eldest);
    }
  }

  /** Rises with every change. */
  get version(): number {
    return this.#version;
  }

  get(id: string): V | undefined {
    return this.#entries.get(id)?.value;
  }

  /** All values, the least recently written first. */
  values(): readonly V[] {
    return [...this.#entries.values()].map(({ value }) => value);
  }
}
