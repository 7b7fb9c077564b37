import type { FetchedBatch, LogRecord } from '../log/index.ts';

/** Records of one partition between the reader and the writer, in offset order. */
export class RecordQueue {
  #batches: { readonly records: readonly LogRecord[]; next: number }[] = [];
  #wake: () => void = () => {};
  /** Bytes of the waiting records. */
  bytes = 0;
  /** The offset up to which the partition was read: all records below it have been pushed. */
  readTo: bigint;
  /** The topic has no more records: it was deleted. */
  isClosed = false;
  /** The last known end of the partition. */
  end = 0n;

  constructor(from: bigint) {
    this.readTo = from;
  }

  push(batch: FetchedBatch): void {
    this.readTo = batch.nextOffset;
    this.end = batch.lastStableOffset;
    if (batch.records.length > 0) this.#batches.push({ records: batch.records, next: 0 });
    for (const record of batch.records) this.bytes += sizeOf(record);
    this.#wake();
  }

  /** Nothing more will be pushed. What waits can still be taken. */
  close(): void {
    this.isClosed = true;
    this.#wake();
  }

  /** The first waiting record. */
  peek(): LogRecord | undefined {
    const [first] = this.#batches;
    return first?.records[first.next];
  }

  /** Removes the first waiting record. */
  shift(): void {
    const [first] = this.#batches;
    const record = this.peek();
    if (first === undefined || record === undefined) return;
    this.bytes -= sizeOf(record);
    first.next += 1;
    if (first.next === first.records.length) this.#batches.shift();
  }

  /** Resolves at the next push, or after `withinMs` (negative: at once), or at once when `signal` is aborted. */
  changed(withinMs: number, signal: AbortSignal): Promise<void> {
    return new Promise(resolve => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, Math.max(0, withinMs));
      this.#wake = done;
      if (signal.aborted || this.isClosed) done();
      else signal.addEventListener('abort', done);
    });
  }
}

const sizeOf = ({ key, value }: LogRecord): number => (key?.length ?? 0) + (value?.length ?? 0);
