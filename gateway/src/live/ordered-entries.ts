/** Position of a violation in the order of pages. It never changes for a violation. */
export interface ViolationPosition {
  readonly startedAtMs: number;
  readonly violationId: string;
}

/** Negative when `a` comes before `b`: by start, then by id. */
export const byStart = (a: ViolationPosition, b: ViolationPosition): number =>
  a.startedAtMs - b.startedAtMs || (a.violationId < b.violationId ? -1 : a.violationId > b.violationId ? 1 : 0);

/** Up to this many new entries are inserted one by one; more are sorted together. */
const FEW = 64;

/** Entries sorted by start. New entries are sorted in at the next read, which makes adding many cheap. */
export class OrderedEntries<E extends ViolationPosition> {
  #sorted: E[] = [];
  #fresh: E[] = [];

  get size(): number {
    return this.#sorted.length + this.#fresh.length;
  }

  add(entry: E): void {
    this.#fresh.push(entry);
  }

  /** Removes an entry, which must be present. O(entries after it). */
  remove(entry: E): void {
    const sorted = this.#settled();
    const index = firstFrom(sorted, entry);
    if (sorted[index] === entry) sorted.splice(index, 1);
  }

  /** Removes all entries that are not wanted. O(entries). */
  keep(wanted: (entry: E) => boolean): void {
    this.#sorted = this.#settled().filter(wanted);
  }

  /** Entries strictly between two positions, from one end of the range to the other. */
  *between(range: {
    readonly newerThan?: ViolationPosition | undefined;
    readonly olderThan?: ViolationPosition | undefined;
    readonly from: 'newest' | 'oldest';
  }): Generator<E, undefined> {
    const { newerThan, olderThan, from } = range;
    const sorted = this.#settled();
    const start = newerThan === undefined ? 0 : firstAfter(sorted, newerThan);
    const end = olderThan === undefined ? sorted.length : firstFrom(sorted, olderThan);
    const step = from === 'newest' ? -1 : 1;
    for (let i = from === 'newest' ? end - 1 : start; i >= start && i < end; i += step) {
      const entry = sorted[i];
      if (entry !== undefined) yield entry;
    }
  }

  #settled(): E[] {
    if (this.#fresh.length === 0) return this.#sorted;
    const fresh = this.#fresh.sort(byStart);
    this.#fresh = [];
    if (fresh.length > FEW) this.#sorted = merged(this.#sorted, fresh);
    else for (const entry of fresh) this.#sorted.splice(firstFrom(this.#sorted, entry), 0, entry);
    return this.#sorted;
  }
}

function merged<E extends ViolationPosition>(older: readonly E[], fresh: readonly E[]): E[] {
  const [last, first] = [older.at(-1), fresh[0]];
  if (last === undefined || (first !== undefined && byStart(last, first) < 0)) return [...older, ...fresh];
  return [...older, ...fresh].sort(byStart);
}

/** Index of the first entry that is not before the position. */
function firstFrom(sorted: readonly ViolationPosition[], position: ViolationPosition): number {
  return firstWhere(sorted, entry => byStart(entry, position) >= 0);
}

function firstAfter(sorted: readonly ViolationPosition[], position: ViolationPosition): number {
  return firstWhere(sorted, entry => byStart(entry, position) > 0);
}

function firstWhere(sorted: readonly ViolationPosition[], holds: (entry: ViolationPosition) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const entry = sorted[middle];
    if (entry !== undefined && holds(entry)) high = middle;
    else low = middle + 1;
  }
  return low;
}
