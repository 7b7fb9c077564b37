/**
 * `node restore.bench.ts [memory|lmdb] [random]`: measures reading a changelog record, and restoring it into one of
 * four stores of 250,000 keys, without a broker. `random`: keys in random order.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OutgoingRecord } from '../src/log/log-client.ts';
import { type DecodedBatches, decodeBatches } from '../src/log/record-batch.ts';
import { encodeBatch } from '../src/log/record-batch-encoder.ts';
import { keyValueStore } from '../src/runtime/store/key-value-store.ts';
import { LocalState } from '../src/runtime/store/local-state.ts';
import { TaskStore } from '../src/runtime/store/task-store.ts';
import { text } from '../src/runtime/store/testing/serdes.ts';

const KEYS = 250_000;
const LANES = 4;
const RECORDS_A_BATCH = 5_000;
const BATCHES_A_FETCH = 20;
const ROUNDS = 5;
const engines = (['memory', 'lmdb'] as const).filter(engine => (process.argv[2] ?? engine) === engine);
const STEP = process.argv.includes('random') ? 104_729 : 1;

function* changelog(): Iterable<Buffer> {
  const value = Buffer.alloc(16, 'v');
  const producer = { producerId: 1n, producerEpoch: 0, isTransactional: true };
  let batches: Buffer[] = [];
  for (let at = 0; at < KEYS; at += RECORDS_A_BATCH) {
    const records: OutgoingRecord[] = Array.from({ length: RECORDS_A_BATCH }, (_, n) => {
      const key = Buffer.from(`key-${String(((at + n) * STEP) % KEYS).padStart(4, '0')}`);
      return { topic: 't', partition: 0, key, value, timestampMs: 1_767_225_600_000 + (at + n) * 2 };
    });
    const batch = encodeBatch(records, { ...producer, baseSequence: at }, 'none', 0);
    batch.writeBigInt64BE(BigInt(at));
    batches.push(batch);
    if (batches.length < BATCHES_A_FETCH) continue;
    yield Buffer.concat(batches);
    batches = [];
  }
  yield Buffer.concat(batches);
}

function measure(what: string, take: (decoded: DecodedBatches, lane: number) => unknown): void {
  const cpu = process.cpuUsage();
  const startMs = performance.now();
  for (const fetched of answers)
    for (let lane = 0; lane < LANES; lane++) {
      const copy = Buffer.from(fetched);
      take(decodeBatches(copy, { fromOffset: 0n, checkCrc: true }), lane);
    }
  const tookMs = performance.now() - startMs;
  const { user, system } = process.cpuUsage(cpu);
  const each = (us: number) => (us / (KEYS * LANES)).toFixed(3);
  console.log(
    `${what.padEnd(10)} ${each(user)} us user, ${each(system)} us system, ${each(tookMs * 1000)} us of time each`,
  );
}

const answers = [...changelog()];
const counts = keyValueStore('counts', text, text);
const folder = mkdtempSync(join(tmpdir(), 'restore-bench-'));
for (let round = 0; round < ROUNDS; round++) {
  measure('read', ({ records }) => records.length);
  for (const engine of engines) {
    const stateDir = join(folder, `${round}`);
    const state = new LocalState({ stateDir, applicationId: 'bench', defaultEngine: engine });
    const opened = Array.from({ length: LANES }, (_, lane) => state.open(`0_${lane}`, counts));
    const stores = opened.map(each => new TaskStore(counts, each));
    measure(engine, (decoded, lane) => stores[lane]?.restore(decoded, { changelogOffset: 1n, atMs: 0 }));
    for (const each of opened) each.close();
  }
}
rmSync(folder, { recursive: true });
