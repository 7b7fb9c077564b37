const LONGEST_CHUNK = 512;
const FIRST_CHUNK = 384;

/** Names from `low` (included) to `high` (excluded, undefined: no bound); the first `limit` of them, from the high end when `backward`. */
export interface Span {
  readonly low: string;
  readonly high: string | undefined;
  readonly backward: boolean;
  readonly limit: number;
}

/**
 * A sorted set of names, in a list of sorted chunks of at most 512 names. A change costs two binary searches and a move
 * within one chunk. Building the set from n names costs O(n log n).
 */
export class OrderedNames {
  #chunks: string[][] = [];

  constructor(names: Iterable<string> = []) {
    const sorted = [...names].sort();
    for (let at = 0; at < sorted.length; at += FIRST_CHUNK) this.#chunks.push(sorted.slice(at, at + FIRST_CHUNK));
  }

  get first(): string | undefined {
    return this.#chunks[0]?.[0];
  }

  /** Does nothing when the name is there already. */
  add(name: string): void {
    const index = this.#chunkOf(name);
    const chunk = this.#chunks[index];
    if (chunk === undefined) {
      this.#chunks.push([name]);
      return;
    }
    const at = lowerBound(chunk, name);
    if (chunk[at] === name) return;
    if (at === chunk.length) chunk.push(name);
    else chunk.splice(at, 0, name);
    if (chunk.length > LONGEST_CHUNK) this.#split(index, chunk);
  }

  /** Does nothing when the name is missing. */
  delete(name: string): void {
    const index = this.#chunkOf(name);
    const chunk = this.#chunks[index];
    if (chunk === undefined) return;
    const at = lowerBound(chunk, name);
    if (chunk[at] !== name) return;
    if (chunk.length === 1) this.#chunks.splice(index, 1);
    else chunk.splice(at, 1);
  }

  slice({ low, high, backward, limit }: Span): string[] {
    return backward ? this.#sliceBackward(low, high, limit) : this.#sliceForward(low, high, limit);
  }

  #sliceForward(low: string, high: string | undefined, limit: number): string[] {
    const found: string[] = [];
    let index = this.#chunkOf(low);
    let at = lowerBound(this.#chunks[index] ?? [], low);
    for (let chunk = this.#chunks[index]; chunk !== undefined; chunk = this.#chunks[++index], at = 0) {
      for (; at < chunk.length; at++) {
        const name = chunk[at];
        if (name === undefined || found.length === limit || (high !== undefined && name >= high)) return found;
        found.push(name);
      }
    }
    return found;
  }

  #sliceBackward(low: string, high: string | undefined, limit: number): string[] {
    const found: string[] = [];
    let index = high === undefined ? this.#chunks.length - 1 : this.#chunkOf(high);
    let chunk = this.#chunks[index];
    let at = high === undefined || chunk === undefined ? (chunk?.length ?? 0) : lowerBound(chunk, high);
    while (chunk !== undefined) {
      while (at > 0) {
        const name = chunk[--at];
        if (name === undefined || found.length === limit || name < low) return found;
        found.push(name);
      }
      chunk = this.#chunks[--index];
      at = chunk?.length ?? 0;
    }
    return found;
  }

  /** The chunk that holds a name or would hold it: the last one that begins at or below it. */
  #chunkOf(name: string): number {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#chunks[middle]?.[0] ?? '') <= name) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }

  /** Splits a full chunk in half. When names only grow, the full chunk stays full. */
  #split(index: number, chunk: string[]): void {
    const isLast = index === this.#chunks.length - 1;
    this.#chunks.splice(index + 1, 0, chunk.splice(isLast ? LONGEST_CHUNK : LONGEST_CHUNK >>> 1));
  }
}

/** Index of the first name that is not below `name`. */
function lowerBound(chunk: readonly string[], name: string): number {
  let low = 0;
  let high = chunk.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((chunk[middle] ?? '') < name) low = middle + 1;
    else high = middle;
  }
  return low;
}
