import type { Offsets } from './cursor.ts';
import type { ViolationRecord } from './violation-feed.ts';

/** All records of the last minutes in the order they came, for subscribers that were away for a moment. */
export class RecentRecords {
  readonly #keepMs: number;
  readonly #maxRecords: number;
  #records: ViolationRecord[] = [];
  /** So many of the eldest in `#records` are no longer remembered. */
  #dropped = 0;
  #start: bigint[] = [];

  constructor(options: { readonly keepMs: number; readonly maxRecords: number }) {
    this.#keepMs = options.keepMs;
    this.#maxRecords = options.maxRecords;
  }

  begin(start: Offsets): void {
    this.#start = [...start];
  }

  take(record: ViolationRecord): void {
    this.#records.push(record);
    this.#trim(Date.now());
  }

  /** Records of the partition before `to` were lost: none of it is remembered any more. */
  skip(partition: number, to: bigint): void {
    this.#records = this.#records.slice(this.#dropped).filter(record => record.partition !== partition);
    this.#dropped = 0;
    this.#start[partition] = to;
  }

  /** Records from `offsets` on, or undefined when some are no longer here. */
  since(offsets: Offsets): readonly ViolationRecord[] | undefined {
    if (this.#start.some((start, partition) => (offsets[partition] ?? 0n) < start)) return undefined;
    const isAfter = ({ partition, offset }: ViolationRecord): boolean => offset >= (offsets[partition] ?? 0n);
    return this.#records.filter((record, index) => index >= this.#dropped && isAfter(record));
  }

  /** Dropped records are cut off many at a time: each cut moves all that stay. */
  #trim(nowMs: number): void {
    while (this.#dropped < this.#records.length) {
      const eldest = this.#records[this.#dropped];
      const isKept = this.#records.length - this.#dropped <= this.#maxRecords;
      if (eldest === undefined || (isKept && eldest.writtenAtMs > nowMs - this.#keepMs)) break;
      this.#start[eldest.partition] = eldest.offset + 1n;
      this.#dropped++;
    }
    if (this.#dropped * 2 < this.#records.length) return;
    this.#records.splice(0, this.#dropped);
    this.#dropped = 0;
  }
}
