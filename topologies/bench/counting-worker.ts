/**
 * One process of a bench's application. Prints a line of JSON when it runs, and one when all of its input is committed.
 */
import { parseArgs } from 'node:util';
import { connectLog, type LogClient, type TopicPartition } from '@sightline/processors/log';
import { StreamsApp, type StreamsOptions } from '@sightline/processors/runtime';
import { StreamsBuilder } from '../src/dsl/index.ts';
import { type Aggregation, countingGraphs, input } from './counting.ts';

const { values } = parseArgs({
  options: {
    brokers: { type: 'string', default: '' },
    application: { type: 'string', default: '' },
    /** Prefix of the topics' names. */
    prefix: { type: 'string', default: '' },
    aggregation: { type: 'string', default: 'tumbling' },
    guarantee: { type: 'string', default: 'exactly-once' },
    store: { type: 'string', default: 'memory' },
    'state-dir': { type: 'string' },
    instance: { type: 'string' },
    standbys: { type: 'string', default: '0' },
    'commit-interval-ms': { type: 'string', default: '100' },
    /** Goes on after its input is committed, until it is killed. */
    stay: { type: 'boolean', default: false },
    /** Prints each change of the lanes, and each pause of more than 200 ms between two commits of a lane. */
    watch: { type: 'boolean', default: false },
  },
});
const GAP_MS = 200;
let seen = '';
const startedMs = Date.now();
const log = await connectLog({ brokers: values.brokers.split(','), clientId: values.application });
const intervalsMs: number[] = [];
const builder = new StreamsBuilder();
countingGraphs[values.aggregation as Aggregation](builder);
const app = new StreamsApp({
  applicationId: values.application,
  topology: builder.build(),
  log: timed(log),
  namePrefix: values.prefix,
  processingGuarantee: values.guarantee as NonNullable<StreamsOptions['processingGuarantee']>,
  commitIntervalMs: Number(values['commit-interval-ms']),
  standbyReplicas: Number(values.standbys),
  storeEngine: values.store as 'memory' | 'lmdb',
  ...(values['state-dir'] === undefined ? {} : { stateDir: values['state-dir'] }),
  ...(values.instance === undefined ? {} : { instanceId: values.instance }),
  onError: (error, lane) => console.error(lane, error),
  onFatal(error) {
    console.error(error);
    process.exit(1);
  },
});
process.once('SIGTERM', async () => {
  await app.close();
  await log.close();
  process.exit(0);
});
await app.start();
const runningMs = await untilRunning();
say({ is: 'running', startedMs, runningMs, restored: restored(), restoringMs: Math.round(openingMs()) });
if (values.watch) setInterval(watch, 10);
const records = await untilCommitted();
say({ is: 'committed', records, startedMs, runningMs, committedMs: Date.now(), intervalsMs: quantiles(intervalsMs), rssMb: Math.round(process.memoryUsage().rss / 1_048_576), cpuMs: Math.round((process.cpuUsage().user + process.cpuUsage().system) / 1000) }); // biome-ignore format: one line
if (!values.stay) {
  await app.close();
  await log.close();
}

/** Measures the time between two commits of a lane. */
function timed(client: LogClient): LogClient {
  return {
    admin: client.admin,
    producer: options => client.producer(options),
    reader: options => client.reader(options),
    join: options => client.join(options),
    close: () => client.close(),
    async transactionalProducer(id, options) {
      const own = await client.transactionalProducer(id, options);
      let lastMs: number | undefined;
      const commit = async (): Promise<void> => {
        await own.commit();
        const nowMs = performance.now();
        if (lastMs !== undefined) intervalsMs.push(nowMs - lastMs);
        if (values.watch && lastMs !== undefined && nowMs - lastMs > GAP_MS)
          say({ is: 'gap', lane: id, ms: Math.round(nowMs - lastMs), atMs: Date.now() });
        lastMs = nowMs;
      };
      const { fence, begin, send, sendOffsets, abort, close } = bound(own);
      return { fence, begin, send, sendOffsets, commit, abort, close };
    },
  };
}

function bound(own: Awaited<ReturnType<LogClient['transactionalProducer']>>): typeof own {
  return {
    fence: () => own.fence(),
    begin: () => own.begin(),
    send: list => own.send(list),
    sendOffsets: (groupId, offsets) => own.sendOffsets(groupId, offsets),
    commit: () => own.commit(),
    abort: () => own.abort(),
    close: () => own.close(),
  };
}

/** Resolves when all lanes of this process run; waits for at least one. */
async function untilRunning(): Promise<number> {
  for (;;) {
    const { lanes } = app.health();
    if (lanes.length > 0 && lanes.every(({ state }) => state === 'running')) return Date.now();
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}

function watch(): void {
  const { lanes } = app.health();
  const running = lanes.flatMap(({ lane, state }) => (state === 'running' ? [lane] : [])).sort();
  if (running.join() === seen) return;
  seen = running.join();
  say({ is: 'lanes', running, restored: restored(), atMs: Date.now() });
}

/** The longest opening of a lane, from fence to ready. */
function openingMs(): number {
  return Math.max(...app.health().lanes.map(({ metrics }) => metrics['restore-latency']));
}

function restored(): number {
  return app.health().lanes.reduce((sum, { metrics }) => sum + metrics['restore-records-total'], 0);
}

/** Waits until the group's committed offsets reach the ends of the input's partitions. Resolves with their sum. */
async function untilCommitted(): Promise<number> {
  const name = `${values.prefix}${input.name}`;
  const count = (await log.admin.partitionCounts([name])).get(name) ?? 0;
  const places: TopicPartition[] = Array.from({ length: count }, (_, partition) => ({ topic: name, partition }));
  const ends = await log.admin.listOffsets(places, 'latest');
  for (;;) {
    const committed = await log.admin.committed(values.application, places);
    const at = new Map(committed.map(({ partition, offset }) => [partition, offset ?? 0n]));
    if (ends.every(({ partition, offset }) => (at.get(partition) ?? 0n) >= offset))
      return Number(ends.reduce((sum, { offset }) => sum + offset, 0n));
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

function quantiles(list: readonly number[]): { readonly p50: number; readonly p95: number; readonly count: number } {
  const sorted = [...list].sort((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.floor(sorted.length * share)] ?? 0);
  return { p50: at(0.5), p95: at(0.95), count: sorted.length };
}

function say(what: object): void {
  console.log(JSON.stringify(what));
}
