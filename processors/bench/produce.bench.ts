/**
 * `npm run bench -- produce`: our producer against kafkajs as published, turn by turn on one topic of the broker that
 * KAFKA_BROKERS names. Each waits for its send before the next, both idempotent, acks=all. One line of JSON a figure.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { connectKafkajsPeer } from '../peers/kafkajs-client.ts';
import { Scissors } from '../src/log/conformance/scissors.ts';
import { connectLog } from '../src/log/kafkajs/connect-log.ts';
import type { LogProducer, OutgoingRecord } from '../src/log/log-client.ts';

interface Load {
  readonly name: string;
  readonly recordBytes: number;
  readonly recordsPerSend: number;
  readonly sends: number;
  /** Target for our rate as a multiple of theirs; absent: no target. */
  readonly aim?: number;
}

const PARTITIONS = 4;
const ROUNDS = 5;
const LOADS: readonly Load[] = [
  { name: 'records of 100 KB, 8 a send', recordBytes: 100_000, recordsPerSend: 8, sends: 150, aim: 2 },
  { name: 'records of 200 B, 1,000 a send', recordBytes: 200, recordsPerSend: 1_000, sends: 300 },
];

const brokers = (process.env.KAFKA_BROKERS ?? '').split(',').filter(Boolean);
const { values } = parseArgs({ options: { full: { type: 'boolean', default: false } } });

/** Prepared before the measurement. Every send goes to one partition, like sends of a partition's owner. */
function sendsOf(topic: string, { recordBytes, recordsPerSend }: Load): readonly OutgoingRecord[][] {
  return Array.from({ length: PARTITIONS }, (_, partition) =>
    Array.from({ length: recordsPerSend }, (_, n) => {
      return { topic, partition, key: Buffer.from(`key-${n % 10}`), value: randomBytes(recordBytes), timestampMs: n };
    }),
  );
}

/** Records per second, and per second of this process's CPU. */
async function measure(producer: LogProducer, sends: readonly OutgoingRecord[][], load: Load) {
  const [startMs, cpu] = [performance.now(), process.cpuUsage()];
  for (let n = 0; n < load.sends; n++) await producer.send(sends[n % sends.length] ?? []);
  const seconds = (performance.now() - startMs) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const records = load.sends * load.recordsPerSend;
  return { perSecond: records / seconds, perCpuSecond: records / ((user + system) / 1_000_000) };
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

if (brokers.length === 0) {
  console.error('KAFKA_BROKERS is not set');
  process.exit(2);
}
const log = await connectLog({ brokers, clientId: 'bench' });
const peer = await connectKafkajsPeer({ brokers }, new Scissors());
const rounds = values.full ? ROUNDS * 4 : ROUNDS;
for (const load of LOADS) {
  const topic = `bench-${randomUUID()}`;
  await log.admin.createTopics([{ topic, partitions: PARTITIONS, config: { 'retention.ms': '-1' } }]);
  const sends = sendsOf(topic, load);
  const [ours, theirs] = [await log.producer(), await peer.producer()];
  for (const producer of [ours, theirs]) await measure(producer, sends, { ...load, sends: Math.ceil(load.sends / 4) });
  const pairs = [];
  for (let round = 0; round < rounds; round++) {
    pairs.push({ ours: await measure(ours, sends, load), theirs: await measure(theirs, sends, load) });
  }
  await Promise.all([ours.close(), theirs.close()]);
  await log.admin.deleteTopics([topic]);
  for (const [measured, unit] of [
    ['perSecond', 'records/s'],
    ['perCpuSecond', 'per CPU s'],
  ] as const) {
    // biome-ignore format: a table
    const value = median(pairs.map(pair => pair.ours[measured]));
    const against = median(pairs.map(pair => pair.theirs[measured]));
    const ratio = median(pairs.map(pair => pair.ours[measured] / pair.theirs[measured]));
    const pass = measured === 'perSecond' && load.aim !== undefined ? { pass: ratio >= load.aim } : {};
    console.log(JSON.stringify({ name: load.name, value, unit, peer: against, ratio, rounds, ...pass }));
  }
}
await Promise.all([log.close(), peer.close()]);
