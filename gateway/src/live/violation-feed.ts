import type { FollowedRecord } from '@sightline/processors/process';
import type { Violation } from '@sightline/schemas';
import type { Offsets } from './cursor.ts';
import { RecentRecords } from './recent-records.ts';
import { type StoreBounds, ViolationStore } from './violation-store.ts';

export type ViolationRecord = Omit<FollowedRecord<Violation>, 'key'>;

export interface FeedListener {
  onRecord(record: ViolationRecord): void;
  onSkipped(): void;
}

export interface FeedOptions extends StoreBounds {
  /** All records of so long are kept for subscribers that go on from a cursor. */
  readonly recentMs: number;
  readonly maxRecent: number;
}

/** The topic `violations` as read so far: the newest violations by id, and whoever listens for the next records. */
export class ViolationFeed {
  readonly #listeners = new Set<FeedListener>();
  readonly #options: FeedOptions;
  readonly #recent: RecentRecords;
  #store: ViolationStore;

  constructor(options: FeedOptions) {
    this.#options = options;
    this.#recent = new RecentRecords({ keepMs: options.recentMs, maxRecords: options.maxRecent });
    this.#store = new ViolationStore([], options);
  }

  /** Called once, before the first record: the offsets the topic is followed from. */
  begin(start: Offsets): void {
    this.#store = new ViolationStore(start, this.#options);
    this.#recent.begin(start);
  }

  /** Violations as they stand, from where the store begins. Another store takes its place once history is read. */
  get store(): ViolationStore {
    return this.#store;
  }

  /** Where one stands who has seen all records so far. */
  get position(): Offsets {
    return [...this.#store.position];
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  listen(listener: FeedListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Synchronous: readers see whole records in order. */
  take(record: ViolationRecord): void {
    this.#store.take(record);
    this.#recent.take(record);
    for (const listener of this.#listeners) listener.onRecord(record);
  }

  /** The log lost records of a partition before we read them. */
  skip(partition: number, to: bigint): void {
    this.#store.skip(partition, to);
    this.#recent.skip(partition, to);
    for (const listener of this.#listeners) listener.onSkipped();
  }

  /** Records from `offsets` on in the order they came, or undefined when some are no longer here. */
  since(offsets: Offsets): readonly ViolationRecord[] | undefined {
    return this.#recent.since(offsets);
  }

  get(violationId: string): Violation | undefined {
    return this.#store.get(violationId);
  }

  /** An empty store that begins earlier, to be filled from the log and then put to use by `replace`. */
  emptyStore(start: Offsets): ViolationStore {
    return new ViolationStore(start, this.#options);
  }

  /** Gives the store what came meanwhile and uses it from now on; false: it is too far behind, read on. */
  replace(store: ViolationStore): boolean {
    const missing = this.since(store.position);
    if (missing === undefined) return false;
    for (const record of missing) store.take(record);
    for (const [partition, next] of this.#store.position.entries()) store.pass(partition, next);
    this.#store = store;
    return true;
  }
}
