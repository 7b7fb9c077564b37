import type { Offsets } from './cursor.ts';
import type { ViolationRecord } from './violation-feed.ts';

/** All records of the last minutes in the order they came, for subscribers that were away for a moment. */
export class RecentRecords {
  readonly #keepMs: number;
  readonly #maxRecords: number;
  #records: ViolationRecord[] = [];
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
    this.#records = this.#records.filter(record => record.partition !== partition);
    this.#start[partition] = to;
  }

  /** Records from `offsets` on, or undefined when some are no longer here. */
  since(offsets: Offsets): readonly ViolationRecord[] | undefined {
    if (this.#start.some((start, partition) => (offsets[partition] ?? 0n) < start)) return undefined;
    return this.#records.filter(({ partition, offset }) => offset >= (offsets[partition] ?? 0n));
  }

  #trim(nowMs: number): void {
    const tooMany = this.#records.length - this.#maxRecords;
    const young = this.#records.findIndex(record => record.writtenAtMs > nowMs - this.#keepMs);
    const old = young < 0 ? this.#records.length : young;
    const count = Math.max(old, tooMany);
    if (count <= 0) return;
    for (const { partition, offset } of this.#records.splice(0, count)) this.#start[partition] = offset + 1n;
  }
}
