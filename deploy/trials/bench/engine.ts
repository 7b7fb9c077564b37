/** `npm run bench -- engine`: a windowed count against Kafka Streams on the same topic, the engine alone, and latency. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../local/folder.ts';
import { OwnBroker } from '../installations/own-broker.ts';
import { feed, openTopics } from '../streams/bench-topic.ts';
import {
  type CountingOptions,
  CountingProcess,
  isCommitted,
  type Said,
  YOUNG_GENERATION,
} from '../streams/counting-process.ts';
import { startCountingPeer } from '../streams/kafka-streams-peer.ts';
import { stepLatency } from '../streams/step-latency.ts';
import { type Figure, figureOptions, printFigures } from '../tools/figure.ts';

const options = figureOptions();

const RECORDS = options.full ? 2_000_000 : 400_000;
const RUNS = options.full ? 3 : 1;
const AIMS = { memory: 3, lmdb: 2, cost: 0.15, stateless: 1_000_000, windowed: 500_000, commitMs: 150, stepsMs: 250 };

interface Run {
  readonly perSecond: number;
  readonly said?: Extract<Said, { is: 'committed' }>;
}

async function ours(how: CountingOptions): Promise<Run> {
  const counting = new CountingProcess(how);
  const said = await counting.hear(isCommitted);
  await counting.end();
  return { perSecond: said.records / ((said.committedMs - said.startedMs) / 1000), said };
}

async function main(): Promise<Figure[]> {
  const alone = aloneFigures(); // first, because even an idle broker uses some of the machine
  return [...(await withBroker()), ...alone];
}

async function withBroker(): Promise<Figure[]> {
  const broker = await OwnBroker.start();
  const state = mkdtempSync(join(tmpdir(), 'sightline-bench-'));
  try {
    const prefix = 'count-';
    const log = await openTopics(broker.address, prefix);
    console.error(`writing ${RECORDS} records`);
    await feed(log, { prefix, records: RECORDS, keys: 100 });
    const runs = { memory: [] as Run[], lmdb: [] as Run[], atLeastOnce: [] as Run[], peer: [] as Run[] };
    for (let n = 0; n < RUNS; n++) {
      const common = { brokers: broker.address, prefix };
      console.error(`run ${n + 1} of ${RUNS}: Kafka Streams`);
      const peer = startCountingPeer({ brokers: broker.address, applicationId: `peer-${n}`, input: `${prefix}bench-in`, output: `${prefix}bench-out`, stateDir: join(state, `peer-${n}`) }); // biome-ignore format: one call
      const figures = await peer.figures;
      runs.peer.push({ perSecond: figures.records / ((figures.committedMs - figures.startedMs) / 1000) });
      console.error(`run ${n + 1} of ${RUNS}: ours, memory, LMDB, at least once`);
      runs.memory.push(await ours({ ...common, application: `memory-${n}` }));
      runs.lmdb.push(await ours({ ...common, application: `lmdb-${n}`, store: 'lmdb', 'state-dir': join(state, `lmdb-${n}`) })); // biome-ignore format: one call
      runs.atLeastOnce.push(await ours({ ...common, application: `once-${n}`, guarantee: 'at-least-once' }));
    }
    console.error('latency through two steps');
    const steps = await stepLatency(broker.address, log, options.full ? 30 : 8);
    await log.close();
    return [...countFigures(runs), ...stepFigures(steps)];
  } finally {
    await broker.stop();
    rmSync(state, { recursive: true, force: true });
  }
}

function countFigures(runs: Readonly<Record<'memory' | 'lmdb' | 'atLeastOnce' | 'peer', readonly Run[]>>): Figure[] {
  const rate = (list: readonly Run[]) => median(list.map(({ perSecond }) => perSecond));
  const peer = rate(runs.peer);
  const against = (name: string, list: readonly Run[], aim: number): Figure => {
    const ratio = rate(list) / peer;
    const { rssMb, cpuMs, records } = list[0]?.said ?? { rssMb: 0, cpuMs: 1, records: 0 };
    return { name, value: rate(list), unit: 'records/s', peer, ratio, aim, pass: ratio >= aim, rssMb, perCpuSecond: Math.round((records / cpuMs) * 1000) }; // biome-ignore format: one figure
  };
  const cost = 1 - rate(runs.memory) / rate(runs.atLeastOnce);
  const p95 = median(runs.memory.map(({ said }) => said?.intervalsMs.p95 ?? 0));
  return [
    against('count, memory state, against Kafka Streams', runs.memory, AIMS.memory),
    against('count, LMDB state, against Kafka Streams', runs.lmdb, AIMS.lmdb),
    { name: 'cost of exactly once', value: cost, unit: 'share', aim: AIMS.cost, pass: cost <= AIMS.cost, peer: rate(runs.atLeastOnce) }, // biome-ignore format: one figure
    {
      name: 'commit interval at full speed, p95',
      value: p95,
      unit: 'ms',
      aim: AIMS.commitMs,
      pass: p95 <= AIMS.commitMs,
    },
  ];
}

/** In separate processes, so that earlier runs left nothing in their heaps. */
function aloneFigures(): Figure[] {
  console.error('the engine alone, over a log in memory');
  const script = join(root, 'topologies/bench/memory-worker.ts');
  return (['none', 'tumbling'] as const).map(aggregation => {
    const records = String(2 * RECORDS); // the start and the last commit take 0.1 s, for any number of records
    const args = [...YOUNG_GENERATION, script, '--aggregation', aggregation, '--records', records];
    const alone = (): number =>
      (JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as Run).perSecond;
    const perSecond = median(Array.from({ length: RUNS }, alone));
    const aim = aggregation === 'none' ? AIMS.stateless : AIMS.windowed;
    const name = `engine alone, ${aggregation === 'none' ? 'stateless' : 'windowed count'}`;
    return { name, value: perSecond, unit: 'records/s', aim, pass: perSecond >= aim };
  });
}

function stepFigures({ p50, p99, records }: Awaited<ReturnType<typeof stepLatency>>): Figure[] {
  const name = 'latency of two steps at 10,000 records/s, p99';
  return [{ name, value: p99, unit: 'ms', aim: AIMS.stepsMs, pass: p99 <= AIMS.stepsMs, p50, records }];
}

function median(list: readonly number[]): number {
  const sorted = [...list].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

printFigures(await main(), options);
