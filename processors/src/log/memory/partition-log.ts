import type { LogRecord, OutgoingRecord } from '../log-client.ts';

/** One producer's transaction; every partition it touched shares the object. */
export interface MemoryTransaction {
  state: 'open' | 'committed' | 'aborted';
}

interface Entry {
  readonly record: LogRecord;
  readonly bytes: number;
  /** Absent: not transactional. A control record is only ever passed over. */
  readonly transaction?: MemoryTransaction;
  readonly control?: true;
}

/**
 * One partition: offsets without gaps, control records among them, so that positions move as on a broker.
 * lastStableOffset <= highWatermark; all below it is decided.
 */
export class PartitionLog {
  #entries: Entry[] = [];
  #logStartOffset = 0n;
  readonly #open = new Map<MemoryTransaction, bigint>();

  get logStartOffset(): bigint {
    return this.#logStartOffset;
  }

  get highWatermark(): bigint {
    return this.#logStartOffset + BigInt(this.#entries.length);
  }

  get lastStableOffset(): bigint {
    let stable = this.highWatermark;
    for (const first of this.#open.values()) if (first < stable) stable = first;
    return stable;
  }

  append(outgoing: OutgoingRecord, nowMs: number, transaction?: MemoryTransaction): bigint {
    const offset = this.highWatermark;
    const { key, value, headers = [], timestampMs = nowMs } = outgoing;
    if (transaction && !this.#open.has(transaction)) this.#open.set(transaction, offset);
    const record = { offset, timestampMs, key, value, headers };
    const bytes = (key?.length ?? 0) + (value?.length ?? 0) + 24;
    this.#entries.push({ record, bytes, ...(transaction === undefined ? {} : { transaction }) });
    return offset;
  }

  /** Writes the marker that decides a transaction here; the transaction's state is set by its coordinator. */
  end(transaction: MemoryTransaction, nowMs: number): void {
    if (!this.#open.delete(transaction)) return;
    const record = { offset: this.highWatermark, timestampMs: nowMs, key: null, value: null, headers: [] };
    this.#entries.push({ record, bytes: 24, transaction, control: true });
  }

  /** Records from `from` in offset order, at least one if there is one, then up to `maxBytes`. */
  read(from: bigint, committedOnly: boolean, maxBytes: number): { records: LogRecord[]; nextOffset: bigint } {
    const end = Number((committedOnly ? this.lastStableOffset : this.highWatermark) - this.#logStartOffset);
    const records: LogRecord[] = [];
    let index = Number(from - this.#logStartOffset);
    for (let bytes = 0; index < end && bytes < maxBytes; index++) {
      const entry = this.#entries[index];
      if (!entry || entry.control) continue;
      if (committedOnly && entry.transaction && entry.transaction.state !== 'committed') continue;
      records.push(entry.record);
      bytes += entry.bytes;
    }
    return { records, nextOffset: this.#logStartOffset + BigInt(index) };
  }

  offsetAt(timestampMs: number): bigint | undefined {
    return this.#entries.find(entry => !entry.control && entry.record.timestampMs >= timestampMs)?.record.offset;
  }

  /** Moves the log start up; never down, never past the end. */
  deleteBefore(offset: bigint): void {
    const start = offset < this.highWatermark ? offset : this.highWatermark;
    if (start <= this.#logStartOffset) return;
    this.#entries = this.#entries.slice(Number(start - this.#logStartOffset));
    this.#logStartOffset = start;
  }
}
