/** `node processors/bench/record-batch.bench.ts`: writes, checks and reads batches in this process alone. */
import { crc32c, tableCrc32c } from '../src/log/crc32c.ts';
import type { OutgoingRecord } from '../src/log/log-client.ts';
import { decodeBatches } from '../src/log/record-batch.ts';
import { encodeBatch } from '../src/log/record-batch-encoder.ts';

const RECORDS = 2_000;
const BATCHES = 1_000;
const PRODUCER = { producerId: 1n, producerEpoch: 0, baseSequence: 0, isTransactional: true };

const value = Buffer.alloc(100, 'v');
const records: readonly OutgoingRecord[] = Array.from({ length: RECORDS }, (_, n) => {
  return {
    topic: 't',
    partition: 0,
    key: Buffer.from(`key-${n % 100}`.padEnd(20)),
    value,
    timestampMs: 1_700_000_000_000 + n,
  };
});
const batch = encodeBatch(records, PRODUCER, 'none', 0);

/** Millions of records a second; the first tenth of the run lets V8 compile and is not measured. */
function rate(name: string, work: () => unknown): void {
  for (let n = 0; n < BATCHES / 10; n++) work();
  const startMs = performance.now();
  for (let n = 0; n < BATCHES; n++) work();
  const millions = (BATCHES * RECORDS) / (performance.now() - startMs) / 1_000;
  console.log(`${name.padEnd(36)}${millions.toFixed(2).padStart(8)} million records/s of 120 bytes`);
}

rate('written', () => encodeBatch(records, PRODUCER, 'none', 0));
rate('read, checksum too', () => decodeBatches(batch, { fromOffset: 0n, checkCrc: true }));
rate('read', () => decodeBatches(batch, { fromOffset: 0n }));
rate('checksum alone', () => crc32c(batch));
rate('checksum alone, by tables', () => tableCrc32c(batch));
