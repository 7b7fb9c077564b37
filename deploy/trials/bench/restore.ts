/** `npm run bench -- restore`: the time until a million keys are restored after a crash, a move, or a lost disk. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LogClient } from '@sightline/processors/log';
import { OwnBroker } from '../installations/own-broker.ts';
import { feed, openTopics, PARTITIONS } from '../streams/bench-topic.ts';
import { type CountingOptions, CountingProcess, isCommitted, isRunning } from '../streams/counting-process.ts';
import { startCountingPeer, startRestoringPeer } from '../streams/kafka-streams-peer.ts';
import { moveLanes } from '../streams/lane-moves.ts';
import { type Figure, figureOptions, printFigures } from '../tools/figure.ts';

const options = figureOptions();

const KEYS = options.full ? 1_000_000 : 100_000;
const AIMS = { sameProcessMs: 2000, takeOverMs: 8000, stopMs: 1000, stallMs: 500, share: 0.7 };

interface Bench {
  readonly broker: OwnBroker;
  readonly log: LogClient;
  readonly state: string;
  readonly counting: CountingOptions;
}

async function main(): Promise<Figure[]> {
  const broker = await OwnBroker.start();
  const state = mkdtempSync(join(tmpdir(), 'sightline-bench-'));
  try {
    const prefix = 'restore-';
    const log = await openTopics(broker.address, prefix);
    console.error(`writing ${KEYS} keys`);
    await feed(log, { prefix, records: KEYS, keys: KEYS });
    const counting = { brokers: broker.address, prefix, application: 'ours', aggregation: 'total', store: 'lmdb', 'state-dir': join(state, 'ours'), instance: 'one', stay: true } as const; // biome-ignore format: one list
    const bench = { broker, log, state, counting };
    const figures = [...(await sameProcess(bench)), ...(await fromNothing(bench)), ...(await peerFigures(bench))];
    await log.close();
    return [...figures, ...(await moves(bench))];
  } finally {
    await broker.stop();
    rmSync(state, { recursive: true, force: true });
  }
}

/** The state is on disk and the group still expects this member, so only changes that were not applied are missing. */
async function sameProcess({ counting }: Bench): Promise<Figure[]> {
  console.error('kill -9 and start again');
  const first = new CountingProcess(counting);
  await first.hear(isCommitted);
  await first.end('SIGKILL');
  const startMs = Date.now();
  const again = new CountingProcess({ ...counting, watch: true });
  const { runningMs, restored } = await again.hear(isRunning);
  await again.end('SIGKILL');
  const value = runningMs - startMs;
  const name = 'kill -9 and start of the same process, LMDB, to running';
  return [
    { name, value, unit: 'ms', aim: AIMS.sameProcessMs, pass: value <= AIMS.sameProcessMs, keys: KEYS, restored },
  ];
}

async function fromNothing({ log, state, counting }: Bench): Promise<Figure[]> {
  console.error('restore from an empty disk, plain reading of the same changelog');
  const rates = { memory: 0, lmdb: 0 };
  for (const store of ['memory', 'lmdb'] as const) {
    const fresh = new CountingProcess({ ...counting, store, 'state-dir': join(state, `fresh-${store}`), watch: true });
    const { runningMs, startedMs, restored, restoringMs } = await fresh.hear(isRunning);
    console.error(`${store}: ${restored} records, ${runningMs - startedMs} ms from start to running`);
    rates[store] = restored / (restoringMs / 1000);
    await fresh.end('SIGKILL');
  }
  const plain = await readAll(log, `${counting.application}-counts-changelog`);
  return (['memory', 'lmdb'] as const).map(store => {
    const ratio = rates[store] / plain;
    return { name: `restore from nothing, ${store}, against plain reading`, value: rates[store], unit: 'records/s', peer: plain, ratio, aim: AIMS.share, pass: ratio >= AIMS.share }; // biome-ignore format: one figure
  });
}

/** Records per second of a reader that drops them. */
async function readAll(log: LogClient, topic: string): Promise<number> {
  const places = Array.from({ length: PARTITIONS }, (_, partition) => ({ topic, partition }));
  const ends = new Map((await log.admin.listOffsets(places, 'latest-committed')).map(at => [at.partition, at.offset]));
  const starts = await log.admin.listOffsets(places, 'earliest');
  const reader = await log.reader({ maxBytesPerPartition: 4 * 1_048_576 });
  for (const { offset, ...at } of starts) reader.seek(at, offset);
  const startMs = performance.now();
  let records = 0;
  while (ends.size > 0) {
    for (const batch of await reader.fetch()) {
      records += batch.records.length;
      if (batch.nextOffset >= (ends.get(batch.partition) ?? 0n)) ends.delete(batch.partition);
    }
  }
  await reader.close();
  return records / ((performance.now() - startMs) / 1000);
}

async function peerFigures({ broker, state, counting }: Bench): Promise<Figure[]> {
  console.error('Kafka Streams: count, then restore from an empty disk');
  const peer = { brokers: broker.address, applicationId: 'peer', input: `${counting.prefix}bench-in`, output: `${counting.prefix}bench-out`, stateDir: join(state, 'peer'), aggregation: 'total' } as const; // biome-ignore format: one list
  await startCountingPeer(peer).figures;
  const { records, restoredMs } = await startRestoringPeer(peer).figures;
  return [
    {
      name: 'Kafka Streams 4.3: restore from nothing, RocksDB',
      value: records / (restoredMs / 1000),
      unit: 'records/s',
    },
  ];
}

async function moves({ broker }: Bench): Promise<Figure[]> {
  console.error('lanes of a killed and of a stopped process');
  const killed = await moveLanes(broker.address, 'SIGKILL');
  const stopped = await moveLanes(broker.address, 'SIGTERM');
  const stall = Math.max(killed.stallMs, stopped.stallMs);
  return [
    { name: 'take-over after kill -9', value: killed.takeOverMs, unit: 'ms', aim: AIMS.takeOverMs, pass: killed.takeOverMs <= AIMS.takeOverMs },
    { name: 'take-over after SIGTERM', value: stopped.takeOverMs, unit: 'ms', aim: AIMS.stopMs, pass: stopped.takeOverMs <= AIMS.stopMs },
    { name: 'longest pause of the lanes that stayed', value: stall, unit: 'ms', aim: AIMS.stallMs, pass: stall <= AIMS.stallMs },
  ]; // biome-ignore format: a table
}

printFigures(await main(), options);
