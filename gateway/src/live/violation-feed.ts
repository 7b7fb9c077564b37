import type { Violation } from '@sightline/schemas';
import type { LogPosition, Offsets } from './cursor.ts';
import { RecentRecords } from './recent-records.ts';
import type { ViolationRecord } from './violation-record.ts';
import { type Lost, type StoreBounds, ViolationStore } from './violation-store.ts';

export interface FeedListener {
  onRecord(record: ViolationRecord): void;
  onSkipped(): void;
}

export interface FeedOptions extends StoreBounds {
  /** How long all records are kept for subscribers that resume from a cursor. */
  readonly recentMs: number;
  readonly maxRecent: number;
}

/** The state of the topic `violations` as read so far, and the listeners for new records. */
export class ViolationFeed {
  readonly #listeners = new Set<FeedListener>();
  readonly #options: FeedOptions;
  readonly #recent: RecentRecords;
  #store: ViolationStore;
  #version = 0;

  constructor(options: FeedOptions) {
    this.#options = options;
    this.#recent = new RecentRecords({ keepMs: options.recentMs, maxRecords: options.maxRecent });
    this.#store = new ViolationStore([], options);
  }

  /** Sets the first offsets and the topic's id. Called once, before the first record. */
  begin(start: Offsets, topicId = ''): void {
    this.#store = new ViolationStore(start, this.#options, topicId);
    this.#recent.begin(start);
    this.#version++;
  }

  /** The newest violations in memory. After a start, `replace` puts a store with more history in its place. */
  get store(): ViolationStore {
    return this.#store;
  }

  /** Rises with every change of the store in use. */
  get version(): number {
    return this.#version;
  }

  /** The position after all records so far. */
  get position(): LogPosition {
    return { topicId: this.#store.topicId, offsets: [...this.#store.position] };
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  listen(listener: FeedListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Processes the next record. Synchronous, so readers never see half of one. */
  take(record: ViolationRecord): void {
    this.#store.take(record);
    this.#recent.take(record);
    this.#version++;
    for (const listener of this.#listeners) listener.onRecord(record);
  }

  /** The log lost records of a partition before we read them, or the topic was created again. */
  skip({ partition, to, topicId }: Lost): void {
    this.#store.skip({ partition, to, topicId });
    this.#recent.skip(partition, to);
    this.#version++;
    for (const listener of this.#listeners) listener.onSkipped();
  }

  /** Records from `offsets` on in order of arrival; undefined: some of them are dropped already. */
  since(offsets: Offsets): readonly ViolationRecord[] | undefined {
    return this.#recent.since(offsets);
  }

  get(violationId: string): Violation | undefined {
    return this.#store.get(violationId);
  }

  /** An empty store with an earlier start. Fill it from the log, then call `replace`. */
  emptyStore(start: Offsets): ViolationStore {
    return new ViolationStore(start, this.#options, this.#store.topicId);
  }

  /** Adds the newest records to the store and uses it from now on; false: the store is too far behind, so read on. */
  replace(store: ViolationStore): boolean {
    if (store.topicId !== this.#store.topicId) throw new Error('the topic was created again meanwhile');
    const missing = this.since(store.position);
    if (missing === undefined) return false;
    for (const record of missing) store.take(record);
    for (const [partition, next] of this.#store.position.entries()) store.pass(partition, next);
    this.#store = store;
    this.#version++;
    return true;
  }
}
