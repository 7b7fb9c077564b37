import type { LogHeaders, LogRecord, OutgoingRecord } from '../log-client.ts';

/** One producer's transaction; every partition it touched shares the object. */
export interface MemoryTransaction {
  state: 'open' | 'committed' | 'aborted';
}

interface Entry {
  readonly record: LogRecord;
  readonly bytes: number;
  /** Undefined: not transactional. A control record is only ever passed over. */
  readonly transaction: MemoryTransaction | undefined;
  readonly control: boolean;
  /** A tombstone's: when the cleaner may take it; set when the cleaner first meets it. */
  goneMs: number | undefined;
}

const NO_HEADERS: LogHeaders = [];

export interface CleanerOptions {
  readonly nowMs: number;
  /** How long a tombstone stays after the cleaner first met it (delete.retention.ms). */
  readonly deleteRetentionMs: number;
}

export interface Retention {
  readonly nowMs: number;
  /** Records older than this go (retention.ms); absent: none for their age. */
  readonly timeMs?: number;
  /** The oldest records go until no more is left than this (retention.bytes); absent: none for their size. */
  readonly bytes?: number;
}

/**
 * One partition: control records take offsets as on a broker, and compaction leaves gaps.
 * lastStableOffset <= highWatermark; all below it is decided.
 */
export class PartitionLog {
  /** In offset order. */
  #entries: Entry[] = [];
  #logStartOffset = 0n;
  #highWatermark = 0n;
  readonly #open = new Map<MemoryTransaction, bigint>();

  get logStartOffset(): bigint {
    return this.#logStartOffset;
  }

  get highWatermark(): bigint {
    return this.#highWatermark;
  }

  get lastStableOffset(): bigint {
    let stable = this.#highWatermark;
    for (const first of this.#open.values()) if (first < stable) stable = first;
    return stable;
  }

  append(outgoing: OutgoingRecord, nowMs: number, transaction?: MemoryTransaction): bigint {
    const { key, value, headers = NO_HEADERS, timestampMs = nowMs } = outgoing;
    const offset = this.#highWatermark++;
    if (transaction && !this.#open.has(transaction)) this.#open.set(transaction, offset);
    const record = { offset, timestampMs, key, value, headers };
    const bytes = (key?.length ?? 0) + (value?.length ?? 0) + 24;
    this.#entries.push({ record, bytes, transaction, control: false, goneMs: undefined });
    return offset;
  }

  /** Writes the marker that decides a transaction here; the transaction's state is set by its coordinator. */
  end(transaction: MemoryTransaction, nowMs: number): void {
    if (!this.#open.delete(transaction)) return;
    const record = { offset: this.#highWatermark++, timestampMs: nowMs, key: null, value: null, headers: NO_HEADERS };
    this.#entries.push({ record, bytes: 24, transaction, control: true, goneMs: undefined });
  }

  /** Records from `from` in offset order, at least one if there is one, then up to `maxBytes`. */
  read(from: bigint, committedOnly: boolean, maxBytes: number): { records: LogRecord[]; nextOffset: bigint } {
    const end = committedOnly ? this.lastStableOffset : this.#highWatermark;
    const records: LogRecord[] = [];
    let bytes = 0;
    for (let index = this.#indexOf(from); ; index++) {
      const entry = this.#entries[index];
      if (entry === undefined || entry.record.offset >= end) return { records, nextOffset: from > end ? from : end };
      if (bytes >= maxBytes) return { records, nextOffset: entry.record.offset };
      if (entry.control || (committedOnly && isHidden(entry))) continue;
      records.push(entry.record);
      bytes += entry.bytes;
    }
  }

  offsetAt(timestampMs: number): bigint | undefined {
    return this.#entries.find(entry => !entry.control && entry.record.timestampMs >= timestampMs)?.record.offset;
  }

  /** Moves the log start up; never down, never past the end. */
  deleteBefore(offset: bigint): void {
    const start = offset < this.#highWatermark ? offset : this.#highWatermark;
    if (start <= this.#logStartOffset) return;
    this.#entries = this.#entries.slice(this.#indexOf(start));
    this.#logStartOffset = start;
  }

  /**
   * As the log cleaner: below the last stable offset only the last record of each key stays, a tombstone for its time
   * only (for ever without options); nothing of aborted transactions, nothing without a key. Offsets stay as they are,
   * the newest record is never touched. Returns how many records went.
   */
  compact(options?: CleanerOptions): number {
    const end = this.#indexOf(this.lastStableOffset);
    const last = new Map<string, Entry>();
    const cleanable = this.#entries.slice(0, Math.min(end, this.#entries.length - 1));
    for (const entry of cleanable) {
      if (entry.record.key !== null && !isHidden(entry)) last.set(entry.record.key.toString('latin1'), entry);
    }
    const staying = new Set(last.values());
    const kept = cleanable.filter(entry => staying.has(entry) && !isGone(entry, options));
    this.#entries = [...kept, ...this.#entries.slice(cleanable.length)];
    return cleanable.length - kept.length;
  }

  /**
   * As retention by time and by size: the log start moves over the oldest records, up to the last stable offset at
   * most. Returns how many entries went. A broker deletes whole segments, so it may keep more.
   */
  expire({ nowMs, timeMs = Number.POSITIVE_INFINITY, bytes = Number.POSITIVE_INFINITY }: Retention): number {
    const before = this.#entries.length;
    const end = this.lastStableOffset;
    let size = this.#entries.reduce((sum, entry) => sum + entry.bytes, 0);
    const staying = this.#entries.find(({ record, bytes: own }) => {
      const isOld = record.timestampMs < nowMs - timeMs || size > bytes;
      size -= own;
      return !isOld || record.offset >= end;
    });
    this.deleteBefore(staying?.record.offset ?? end);
    return before - this.#entries.length;
  }

  /** Of the first entry at `offset` or after it. */
  #indexOf(offset: bigint): number {
    const guess = Number(offset - this.#logStartOffset);
    if (this.#entries[guess]?.record.offset === offset) return guess;
    if (offset >= this.#highWatermark) return this.#entries.length;
    let low = 0;
    for (let high = this.#entries.length; low < high; ) {
      const middle = (low + high) >>> 1;
      const found = this.#entries[middle]?.record.offset;
      if (found !== undefined && found < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The first pass of the cleaner gives a tombstone its time, a later one takes it. */
function isGone(entry: Entry, options: CleanerOptions | undefined): boolean {
  if (entry.record.value !== null || options === undefined) return false;
  if (entry.goneMs !== undefined) return options.nowMs >= entry.goneMs;
  entry.goneMs = options.nowMs + options.deleteRetentionMs;
  return false;
}

function isHidden({ transaction }: Entry): boolean {
  return transaction !== undefined && transaction.state !== 'committed';
}
