/** The latest values of the last minutes by id, within a bound. Synchronous; nothing here outlives the process. */
export class Latest<V> {
  readonly #entries = new Map<string, { readonly value: V; readonly writtenAtMs: number }>();
  readonly #keepMs: number;
  readonly #maxEntries: number;
  readonly #revisionOf: (value: V) => number;

  constructor(options: {
    readonly keepMs: number;
    readonly maxEntries: number;
    readonly revisionOf: (value: V) => number;
  }) {
    this.#keepMs = options.keepMs;
    this.#maxEntries = options.maxEntries;
    this.#revisionOf = options.revisionOf;
  }

  /** Takes a value unless a newer revision is here. */
  put(id: string, value: V, writtenAtMs: number): void {
    const known = this.#entries.get(id);
    if (known !== undefined && this.#revisionOf(known.value) > this.#revisionOf(value)) return;
    this.#entries.delete(id); // set again at the end: oldest first
    this.#entries.set(id, { value, writtenAtMs });
  }

  get(id: string): V | undefined {
    return this.#entries.get(id)?.value;
  }

  /** All values within time and bound, least recently written first. */
  values(nowMs: number): readonly V[] {
    for (const [id, { writtenAtMs }] of this.#entries) {
      if (writtenAtMs > nowMs - this.#keepMs && this.#entries.size <= this.#maxEntries) break;
      this.#entries.delete(id);
    }
    return [...this.#entries.values()].map(({ value }) => value);
  }
}
