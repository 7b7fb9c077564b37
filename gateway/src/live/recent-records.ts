import type { Offsets } from './cursor.ts';
import type { ViolationRecord } from './violation-record.ts';

/** Keeps all records of the last minutes in order of arrival, for subscribers that were disconnected for a moment. */
export class RecentRecords {
  readonly #keepMs: number;
  readonly #maxRecords: number;
  #records: ViolationRecord[] = [];
  /** Number of dropped entries at the start of `#records`. */
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

  /** Records of a partition before `to` were lost, so all kept records of it are dropped. */
  skip(partition: number, to: bigint): void {
    this.#records = this.#records.slice(this.#dropped).filter(record => record.partition !== partition);
    this.#dropped = 0;
    this.#start[partition] = to;
  }

  /** Records from `offsets` on; undefined: some of them are dropped already. */
  since(offsets: Offsets): readonly ViolationRecord[] | undefined {
    if (this.#start.some((start, partition) => (offsets[partition] ?? 0n) < start)) return undefined;
    const isAfter = ({ partition, offset }: ViolationRecord): boolean => offset >= (offsets[partition] ?? 0n);
    return this.#records.filter((record, index) => index >= this.#dropped && isAfter(record));
  }

  /** Drops old records. Cuts off many at a time, since each cut moves all others. */
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
