/** The latest values of the last minutes by id, within a bound; minutes by the time of writing of the newest. */
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

  /** Takes a value unless a newer revision is here, and drops what is over time or bound. */
  put(id: string, value: V, writtenAtMs: number): void {
    const known = this.#entries.get(id);
    if (known !== undefined && this.#revisionOf(known.value) > this.#revisionOf(value)) return;
    this.#entries.delete(id); // set again at the end: oldest first
    this.#entries.set(id, { value, writtenAtMs });
    for (const [eldest, entry] of this.#entries) {
      if (entry.writtenAtMs > writtenAtMs - this.#keepMs && this.#entries.size <= this.#maxEntries) break;
      this.#entries.delete(eldest);
    }
  }

  get(id: string): V | undefined {
    return this.#entries.get(id)?.value;
  }

  /** Least recently written first. */
  values(): readonly V[] {
    return [...this.#entries.values()].map(({ value }) => value);
  }
}
