import type { OutgoingRecord } from '../log-client.ts';
import { boundOf } from '../record-batch-encoder.ts';

/** Below the broker's default `message.max.bytes` (1,048,588), which bounds a batch and so a send to one partition. */
const MAX_BATCH_BYTES = 1_000_000;

/** Cuts a list into runs that can each go out in one request: no partition gets more than one batch may hold. */
export function* batches(records: readonly OutgoingRecord[]): Generator<readonly OutgoingRecord[]> {
  let start = 0;
  let bytes = new Map<string, number>();
  for (const [index, record] of records.entries()) {
    const name = `${record.topic}/${record.partition}`;
    const before = bytes.get(name) ?? 0;
    const size = boundOf(record);
    if (before > 0 && before + size > MAX_BATCH_BYTES) {
      yield records.slice(start, index);
      start = index;
      bytes = new Map([[name, size]]);
    } else {
      bytes.set(name, before + size);
    }
  }
  if (start < records.length) yield start === 0 ? records : records.slice(start);
}
