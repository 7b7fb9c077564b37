import type { LogRecord, OutgoingRecord } from '../log-client.ts';
import {
  type AppendedRecord,
  type BatchOrigin,
  type MemoryTransaction,
  MOST_RECORDS,
  StoredBatch,
} from './stored-batch.ts';

export type { MemoryTransaction } from './stored-batch.ts';

export interface CleanerOptions {
  readonly nowMs: number;
  /** How long a tombstone stays after the cleaner first met it (delete.retention.ms). */
  readonly deleteRetentionMs: number;
}

export interface Retention {
  readonly nowMs: number;
  /** Deletes older records (retention.ms); absent: no limit by age. */
  readonly timeMs?: number;
  /** Deletes the oldest records above this size (retention.bytes); absent: no limit by size. */
  readonly bytes?: number;
}

/**
 * One partition: control records take offsets as on a broker, and compaction leaves gaps. lastStableOffset <=
 * highWatermark; every transaction below it has ended. Offsets are numbers inside.
 */
export class PartitionLog {
  /** In offset order; no batch is empty. */
  #batches: StoredBatch[] = [];
  #logStartOffset = 0;
  #highWatermark = 0;
  /** The first offset of each open transaction. */
  readonly #open = new Map<MemoryTransaction, number>();
  /** For each tombstone that the cleaner has met, by offset: the time after which it may be removed. */
  readonly #goneMs = new Map<number, number>();

  get logStartOffset(): bigint {
    return BigInt(this.#logStartOffset);
  }

  get highWatermark(): bigint {
    return BigInt(this.#highWatermark);
  }

  get lastStableOffset(): bigint {
    return BigInt(this.#stableOffset);
  }

  append(record: OutgoingRecord, nowMs: number, transaction?: MemoryTransaction): bigint {
    const last = this.#batches.at(-1);
    if (last?.takes(this.#highWatermark, transaction)) {
      last.append(record, nowMs);
      this.#highWatermark = last.endOffset;
    } else {
      this.appendAll([record], nowMs, transaction);
    }
    return BigInt(this.#highWatermark - 1);
  }

  appendAll(records: readonly OutgoingRecord[], nowMs: number, transaction?: MemoryTransaction): void {
    if (transaction && !this.#open.has(transaction)) this.#open.set(transaction, this.#highWatermark);
    for (let at = 0; at < records.length; at += MOST_RECORDS)
      this.#push(records.slice(at, at + MOST_RECORDS), { nowMs, transaction });
  }

  /** Writes the marker that ends a transaction here; its coordinator sets the transaction's state. */
  end(transaction: MemoryTransaction, nowMs: number): void {
    if (this.#open.delete(transaction))
      this.#push([{ key: null, value: null }], { nowMs, transaction, isControl: true });
  }

  /** Records from `from` in offset order, at least one if there is one, then up to `maxBytes`. */
  read(from: bigint, committedOnly: boolean, maxBytes: number): { records: LogRecord[]; nextOffset: bigint } {
    const end = committedOnly ? this.#stableOffset : this.#highWatermark;
    const records: LogRecord[] = [];
    let offset = Number(from);
    let bytes = 0;
    for (let index = this.#indexOf(offset); ; index++) {
      const batch = this.#batches[index];
      if (batch === undefined || batch.firstOffset >= end)
        return { records, nextOffset: BigInt(Math.max(offset, end)) };
      if (batch.isControl || (committedOnly && batch.isHidden)) continue;
      const batchEnd = Math.min(batch.endOffset, end);
      for (offset = Math.max(offset, batch.firstOffset); offset < batchEnd; offset++) {
        if (bytes >= maxBytes) return { records, nextOffset: BigInt(offset) };
        records.push(batch.at(offset));
        bytes += batch.bytesAt(offset);
      }
    }
  }

  offsetAt(timestampMs: number): bigint | undefined {
    for (const [offset, batch] of this.#stored())
      if (!batch.isControl && batch.timestampAt(offset) >= timestampMs) return BigInt(offset);
    return undefined;
  }

  /** Moves the log start up; never down, never past the end. */
  deleteBefore(offset: bigint): void {
    const start = Math.min(Number(offset), this.#highWatermark);
    if (start <= this.#logStartOffset) return;
    const [first, ...rest] = this.#batches.slice(this.#indexOf(start));
    this.#batches = [...(first?.only(kept => kept >= start) ?? []), ...rest];
    this.#logStartOffset = start;
  }

  /**
   * Like the log cleaner: below the last stable offset it keeps only the last record of each key, and a tombstone for
   * its time (forever without options). It removes aborted records and records without a key. Offsets stay unchanged;
   * the newest record always stays. Returns the number of records removed.
   */
  compact(options?: CleanerOptions): number {
    const end = Math.min(this.#stableOffset, (this.#batches.at(-1)?.endOffset ?? 0) - 1);
    const last = new Map<string, number>();
    for (const [offset, batch] of this.#stored()) {
      const { key } = batch.at(offset);
      if (offset < end && key !== null && !batch.isHidden) last.set(key.toString('latin1'), offset);
    }
    const staying = new Set(last.values());
    const before = this.#size;
    this.#batches = this.#batches.flatMap(batch =>
      batch.only(offset => offset >= end || (staying.has(offset) && !this.#isGone(offset, batch, options))),
    );
    return before - this.#size;
  }

  /**
   * Like retention by time and size: moves the log start over the oldest records, at most to the last stable offset.
   * Returns the number of entries removed. A broker deletes whole segments, so it may keep more.
   */
  expire({ nowMs, timeMs = Number.POSITIVE_INFINITY, bytes = Number.POSITIVE_INFINITY }: Retention): number {
    const before = this.#size;
    let size = 0;
    for (const [offset, batch] of this.#stored()) size += batch.bytesAt(offset);
    let start = this.#logStartOffset;
    for (const [offset, batch] of this.#stored()) {
      const isOld = batch.timestampAt(offset) < nowMs - timeMs || size > bytes;
      if (!isOld || offset >= this.#stableOffset) break;
      size -= batch.bytesAt(offset);
      start = offset + 1;
    }
    this.deleteBefore(BigInt(start));
    return before - this.#size;
  }

  get #stableOffset(): number {
    return Math.min(this.#highWatermark, ...this.#open.values());
  }

  /** Number of entries, control records included. */
  get #size(): number {
    return this.#batches.reduce((sum, { size }) => sum + size, 0);
  }

  *#stored(): Generator<readonly [offset: number, batch: StoredBatch]> {
    for (const batch of this.#batches)
      for (let offset = batch.firstOffset; offset < batch.endOffset; offset++) yield [offset, batch];
  }

  /** The cleaner's first pass starts a tombstone's time; a later pass removes it. */
  #isGone(offset: number, batch: StoredBatch, options: CleanerOptions | undefined): boolean {
    if (options === undefined || batch.at(offset).value !== null) return false;
    const goneMs = this.#goneMs.get(offset) ?? Number.POSITIVE_INFINITY;
    this.#goneMs.set(offset, Math.min(goneMs, options.nowMs + options.deleteRetentionMs));
    return options.nowMs >= goneMs;
  }

  #push(records: readonly AppendedRecord[], origin: Omit<BatchOrigin, 'firstOffset'>): void {
    const batch = new StoredBatch(records, { ...origin, firstOffset: this.#highWatermark });
    this.#batches.push(batch);
    this.#highWatermark = batch.endOffset;
  }

  /** Index of the first batch that ends after `offset`. */
  #indexOf(offset: number): number {
    let low = 0;
    for (let high = this.#batches.length; low < high; ) {
      const middle = (low + high) >>> 1;
      if ((this.#batches[middle]?.endOffset ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
