import type { FollowedRecord } from '@sightline/processors/process';
import type { Violation } from '@sightline/schemas';
import type { Offsets } from './cursor.ts';

export type ViolationRecord = Omit<FollowedRecord<Violation>, 'key'>;

export interface FeedListener {
  onRecord(record: ViolationRecord): void;
  onSkipped(): void;
}

interface Standing {
  readonly record: ViolationRecord;
  /** Where its first revision lies; undefined: before what is remembered here. */
  readonly openedAt: bigint | undefined;
}

/** What the feed remembers: every record from `start` on. ClickHouse answers for all that lies before. */
export interface Remembered {
  readonly start: Offsets;
  /** The latest revision of each violation with a record from `start` on. */
  readonly violations: readonly Violation[];
  /** Those of them that also have records before `start`. */
  readonly olderIds: readonly string[];
  /** Open violations by camera, less those that were open before `start`. */
  readonly opened: ReadonlyMap<string, number>;
}

/** Records of the last minutes, and whoever listens for the next ones. Synchronous: readers see whole records in order. */
export class ViolationFeed {
  readonly #listeners = new Set<FeedListener>();
  readonly #standing = new Map<string, Standing>();
  readonly #keepMs: number;
  readonly #maxRecords: number;
  #records: ViolationRecord[] = [];
  #start: bigint[] = [];
  #next: bigint[] = [];

  constructor(options: { readonly keepMs: number; readonly maxRecords: number }) {
    this.#keepMs = options.keepMs;
    this.#maxRecords = options.maxRecords;
  }

  /** Called once, before the first record: the offsets the topic is followed from. */
  begin(start: Offsets): void {
    this.#start = [...start];
    this.#next = [...start];
  }

  /** Where one stands who has seen all records so far. */
  get position(): Offsets {
    return [...this.#next];
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  listen(listener: FeedListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  take(record: ViolationRecord): void {
    const { violationId, revision } = record.value;
    this.#next[record.partition] = record.offset + 1n;
    this.#records.push(record);
    const openedAt = revision === 1 ? record.offset : this.#standing.get(violationId)?.openedAt;
    this.#standing.set(violationId, { record, openedAt });
    this.#trim(Date.now());
    for (const listener of this.#listeners) listener.onRecord(record);
  }

  /** The log lost records of a partition before we read them. */
  skip(partition: number, to: bigint): void {
    this.#next[partition] = to;
    const lost = this.#records.filter(record => record.partition === partition);
    this.#records = this.#records.filter(record => record.partition !== partition);
    for (const record of lost) this.#forget(record);
    this.#start[partition] = to;
    for (const listener of this.#listeners) listener.onSkipped();
  }

  /** Records from `offsets` on in the order they came, or undefined when some are no longer here. */
  since(offsets: Offsets): readonly ViolationRecord[] | undefined {
    if (this.#start.some((start, partition) => (offsets[partition] ?? 0n) < start)) return undefined;
    return this.#records.filter(({ partition, offset }) => offset >= (offsets[partition] ?? 0n));
  }

  get(violationId: string): Violation | undefined {
    return this.#standing.get(violationId)?.record.value;
  }

  remembered(): Remembered {
    this.#trim(Date.now());
    const standing = [...this.#standing.values()];
    return {
      start: [...this.#start],
      violations: standing.map(({ record }) => record.value),
      olderIds: standing
        .filter(({ record, openedAt }) => openedAt === undefined || openedAt < (this.#start[record.partition] ?? 0n))
        .map(({ record }) => record.value.violationId),
      opened: this.#opened(),
    };
  }

  #opened(): ReadonlyMap<string, number> {
    const opened = new Map<string, number>();
    for (const { value } of this.#records) {
      const change = (value.revision === 1 ? 1 : 0) - (value.state === 'closed' ? 1 : 0);
      if (change !== 0) opened.set(value.cameraId, (opened.get(value.cameraId) ?? 0) + change);
    }
    return opened;
  }

  #trim(nowMs: number): void {
    const tooMany = this.#records.length - this.#maxRecords;
    const young = this.#records.findIndex(record => record.writtenAtMs > nowMs - this.#keepMs);
    const old = young < 0 ? this.#records.length : young;
    const count = Math.max(old, tooMany);
    if (count <= 0) return;
    for (const record of this.#records.splice(0, count)) this.#forget(record);
  }

  #forget(record: ViolationRecord): void {
    this.#start[record.partition] = record.offset + 1n;
    const { violationId } = record.value;
    if (this.#standing.get(violationId)?.record.offset === record.offset) this.#standing.delete(violationId);
  }
}
