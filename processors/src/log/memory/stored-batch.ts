import type { LogHeaders, LogRecord, OutgoingRecord } from '../log-client.ts';

/** One producer's transaction; every partition it touched shares the object. */
export interface MemoryTransaction {
  state: 'open' | 'committed' | 'aborted';
}

export type AppendedRecord = Omit<OutgoingRecord, 'topic' | 'partition'>;

export interface BatchOrigin {
  readonly firstOffset: number;
  /** Of records that bring none: the time of writing. */
  readonly nowMs: number;
  /** Undefined: not transactional. */
  readonly transaction?: MemoryTransaction | undefined;
  /** A marker: it takes an offset and is only ever passed over. */
  readonly isControl?: boolean;
}

const NO_HEADERS: LogHeaders = [];
/** What a record takes beside its key and value, about as on a broker. */
const RECORD_BYTES = 24;
/** A list that is longer becomes several batches. */
export const MOST_RECORDS = 1024;

/**
 * Records of one transaction, or of none, whose offsets follow each other without a gap; or one marker. Columns, not
 * objects: a stored record costs the garbage collector next to nothing, and becomes an object when it is read.
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

  /** Of the record that would come next. */
  get endOffset(): number {
    return this.firstOffset + this.#keys.length;
  }

  /** Not for who reads what is committed. */
  get isHidden(): boolean {
    return this.transaction !== undefined && this.transaction.state !== 'committed';
  }

  /** Whether what is appended at `offset` may join it. */
  takes(offset: number, transaction: MemoryTransaction | undefined): boolean {
    return this.endOffset === offset && this.transaction === transaction && !this.isControl && this.size < MOST_RECORDS;
  }

  append({ key, value, headers = NO_HEADERS, timestampMs }: AppendedRecord, nowMs: number): void {
    this.#timestampsMs.push(timestampMs ?? nowMs);
    this.#keys.push(key);
    this.#values.push(value);
    this.#headers.push(headers);
  }

  /** `offset` is one of this batch's, here and below. */
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

  /** What is left of it when only these stay: a gap parts batches. */
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
