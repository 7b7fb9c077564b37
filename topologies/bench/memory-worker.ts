/** Measures the engine alone: a StreamsApp over a pre-filled log in memory. Prints records per second as JSON. */
import { parseArgs } from 'node:util';
import { partitionFor } from '@sightline/processors/log';
import { StreamsApp } from '@sightline/processors/runtime';
import { MemoryLog } from '@sightline/processors/runtime/testing';
import { StreamsBuilder } from '../src/dsl/index.ts';
import { type Aggregation, countingGraphs, input } from './counting.ts';

const { values } = parseArgs({
  options: {
    aggregation: { type: 'string', default: 'tumbling' },
    records: { type: 'string', default: '400000' },
  },
});
const PARTITIONS = 4;
const BASE_MS = 1_767_225_600_000;
const records = Number(values.records);
const log = new MemoryLog();
log.createTopics(['bench-in', 'bench-out'].map(topic => ({ topic, partitions: PARTITIONS })));
const value = Buffer.alloc(112, 'v');
const keys = Array.from({ length: 100 }, (_, n) => Buffer.from(`key-${String(n).padStart(4, '0')}`));
for (let n = 0; n < records; n++) {
  const key = keys[n % keys.length] ?? value;
  log.append({ topic: input.name, partition: partitionFor(key, PARTITIONS), key, value, timestampMs: BASE_MS + n * 2 });
}
const builder = new StreamsBuilder();
countingGraphs[values.aggregation as Aggregation](builder);
const client = log.client();
const startMs = performance.now();
const app = new StreamsApp({
  applicationId: 'bench',
  topology: builder.build(),
  log: client,
  onFatal(error) {
    console.error(error);
    process.exit(1);
  },
});
await app.start();
while (committed() < records) {
  forget();
  await new Promise(resolve => setTimeout(resolve, 5));
}
const perSecond = Math.round(records / ((performance.now() - startMs) / 1000));
await app.close();
await client.close();
console.log(JSON.stringify({ perSecond }));

/** Deletes old outputs, as in a repartition topic: the bench measures the engine, not a growing heap. */
function forget(): void {
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const output = log.partition({ topic: 'bench-out', partition });
    output.deleteBefore(output.lastStableOffset);
  }
}

function committed(): number {
  let sum = 0;
  for (let partition = 0; partition < PARTITIONS; partition++)
    sum += Number(log.groups.committed('bench', { topic: input.name, partition }).offset ?? 0n);
  return sum;
}
