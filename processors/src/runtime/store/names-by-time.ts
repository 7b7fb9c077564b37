const COMPACT_FROM = 1024;

/**
 * Names ordered by time. Fast for mostly growing times: an add near the highest time is cheap, one far below moves the
 * later ones. Names with the same time keep the order of adding.
 */
export class NamesByTime {
  readonly #names = new Map<number, string | Set<string>>();
  /** Ascending, without duplicates; a time may have no names left. */
  #times: number[] = [];

  /** The lowest time; Infinity when there is none. */
  earliestMs(): number {
    const at = this.#times.findIndex(timeMs => this.#names.has(timeMs));
    if (at !== 0) this.#times.splice(0, at < 0 ? this.#times.length : at);
    return this.#times[0] ?? Number.POSITIVE_INFINITY;
  }

  /** Does nothing when the name is there already. */
  add(timeMs: number, name: string): void {
    const found = this.#names.get(timeMs);
    if (found === undefined) {
      this.#names.set(timeMs, name);
      this.#insert(timeMs);
    } else if (typeof found !== 'string') found.add(name);
    else if (found !== name) this.#names.set(timeMs, new Set([found, name]));
  }

  /** Does nothing when the name is missing. */
  delete(timeMs: number, name: string): void {
    const found = this.#names.get(timeMs);
    if (found === name || (found instanceof Set && found.delete(name) && found.size === 0)) this.#names.delete(timeMs);
  }

  /** Names with a time in (`afterMs`, `upToMs`], earliest first. */
  between(afterMs: number, upToMs: number): string[] {
    this.#compact();
    const found: string[] = [];
    for (let at = this.#firstAbove(afterMs); at < this.#times.length; at++) {
      const timeMs = this.#times[at] ?? 0;
      if (timeMs > upToMs) break;
      const names = this.#names.get(timeMs);
      if (typeof names === 'string') found.push(names);
      else if (names !== undefined) found.push(...names);
    }
    return found;
  }

  #insert(timeMs: number): void {
    const last = this.#times.at(-1);
    if (last === undefined || timeMs > last) this.#times.push(timeMs);
    else {
      const above = this.#firstAbove(timeMs);
      if (this.#times[above - 1] !== timeMs) this.#times.splice(above, 0, timeMs);
    }
    if (this.#times.length > 4 * this.#names.size + COMPACT_FROM) this.#compact();
  }

  /** Drops times without names once they are the majority. */
  #compact(): void {
    if (this.#times.length <= 2 * this.#names.size + COMPACT_FROM) return;
    this.#times = this.#times.filter(timeMs => this.#names.has(timeMs));
  }

  #firstAbove(timeMs: number): number {
    let low = 0;
    let high = this.#times.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#times[middle] ?? 0) <= timeMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
