import type { LogHeaders, LogRecord, OutgoingRecord } from '../log-client.ts';

/** One producer's transaction; all its partitions share the object. */
export interface MemoryTransaction {
  state: 'open' | 'committed' | 'aborted';
}

export type AppendedRecord = Omit<OutgoingRecord, 'topic' | 'partition'>;

export interface BatchOrigin {
  readonly firstOffset: number;
  /** Time of writing, for records without a time. */
  readonly nowMs: number;
  /** Undefined: not transactional. */
  readonly transaction?: MemoryTransaction | undefined;
  /** A marker: it takes an offset, and readers skip it. */
  readonly isControl?: boolean;
}

const NO_HEADERS: LogHeaders = [];
/** Size of a record without key and value, about as on a broker. */
const RECORD_BYTES = 24;
/** A longer list becomes several batches. */
export const MOST_RECORDS = 1024;

/**
 * Consecutive records of one transaction, or of none; or one marker. Stored as columns, so the garbage collector sees
 * few objects; a record becomes an object when it is read.
 */
export class StoredBatch {
  readonly firstOffset: number;
  readonly transaction: MemoryTransaction | undefined;
  readonly isControl: boolean;
  readonly #timestampsMs: number[];
  readonly #keys: (Buffer | null)[];
  readonly #values: (Buffer | null)[];
  readonly #headers: LogHeaders[];

  constructor(records: readonly AppendedRecord[], { firstOffset, nowMs, transaction, isControl = false }: BatchOrigin) {
    this.firstOffset = firstOffset;
    this.transaction = transaction;
    this.isControl = isControl;
    this.#timestampsMs = records.map(({ timestampMs }) => timestampMs ?? nowMs);
    this.#keys = records.map(({ key }) => key);
    this.#values = records.map(({ value }) => value);
    this.#headers = records.map(({ headers }) => headers ?? NO_HEADERS);
  }

  get size(): number {
    return this.#keys.length;
  }

  /** Offset of the next record. */
  get endOffset(): number {
    return this.firstOffset + this.#keys.length;
  }

  /** True when read_committed readers may not see it. */
  get isHidden(): boolean {
    return this.transaction !== undefined && this.transaction.state !== 'committed';
  }

  /** True when a record appended at `offset` may join this batch. */
  takes(offset: number, transaction: MemoryTransaction | undefined): boolean {
    return this.endOffset === offset && this.transaction === transaction && !this.isControl && this.size < MOST_RECORDS;
  }

  append({ key, value, headers = NO_HEADERS, timestampMs }: AppendedRecord, nowMs: number): void {
    this.#timestampsMs.push(timestampMs ?? nowMs);
    this.#keys.push(key);
    this.#values.push(value);
    this.#headers.push(headers);
  }

  /** `offset` must be one of this batch, here and below. */
  at(offset: number): LogRecord {
    const index = offset - this.firstOffset;
    return {
      offset: BigInt(offset),
      timestampMs: this.#timestampsMs[index] ?? 0,
      key: this.#keys[index] ?? null,
      value: this.#values[index] ?? null,
      headers: this.#headers[index] ?? NO_HEADERS,
    };
  }

  timestampAt(offset: number): number {
    return this.#timestampsMs[offset - this.firstOffset] ?? 0;
  }

  bytesAt(offset: number): number {
    const index = offset - this.firstOffset;
    return (this.#keys[index]?.length ?? 0) + (this.#values[index]?.length ?? 0) + RECORD_BYTES;
  }

  /** The batches left when only these records stay: a gap splits a batch. */
  only(stays: (offset: number) => boolean): readonly StoredBatch[] {
    const kept: StoredBatch[] = [];
    for (let offset = this.firstOffset; offset < this.endOffset; offset++) {
      if (!stays(offset)) continue;
      const last = kept.at(-1);
      if (last?.endOffset === offset) last.append(this.at(offset), 0);
      else kept.push(new StoredBatch([this.at(offset)], { ...this, firstOffset: offset, nowMs: 0 }));
    }
    return kept[0]?.size === this.size ? [this] : kept;
  }
}
