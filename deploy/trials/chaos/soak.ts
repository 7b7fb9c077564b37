/**
 * `npm run chaos -- soak`: twice the load that the engine can take, for minutes: its memory stays bounded, and idle it
 * uses no CPU.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { CountingCell } from '../engine/counting-cell.ts';
import { cpuPercent, leastOf, type Sample, slopeMbPerMinute, usageOf } from '../engine/process-usage.ts';
import type { Worker } from '../engine/worker.ts';
import { OwnBroker } from '../installations/own-broker.ts';
import { type Figure, figureOptions, printFigures } from '../tools/figure.ts';
import { seeded } from '../tools/seeded.ts';

const options = figureOptions();

const MINUTE_MS = 60_000;
const DURATION_MS = options.full ? 10 * MINUTE_MS : MINUTE_MS;
/** Warm-up time, in which buffers fill and code is compiled. */
const SETTLED_MS = DURATION_MS / 2;
const WORK_US = 100;
const VALUE_BYTES = 100;
const BACKLOG_PER_SECOND = 20_000;
/** Within this many samples the heap is collected at least once. */
const HEAP_SAMPLES = 20;
const IDLE_MS = 30_000;
const DRAINS_WITHIN_MS = 300_000;
const say = (text: string): void => console.error(text);

/** Records per second that it commits while more records wait than it can take. */
async function capacity(cell: CountingCell, overMs: number): Promise<number> {
  const startMs = performance.now();
  const before = await cell.committed();
  await sleep(overMs);
  return ((await cell.committed()) - before) / ((performance.now() - startMs) / 1000);
}

interface Memory {
  readonly resident: readonly Sample[];
  /** Used heap, garbage included. */
  readonly heap: readonly Sample[];
}

/** Feeds twice the rate that it takes, measured all the time, because the machine's other load changes. */
async function overload(cell: CountingCell, ending: AbortSignal): Promise<void> {
  while (!ending.aborted) cell.feed(2 * (await capacity(cell, 10_000)), VALUE_BYTES);
}

async function soak(cell: CountingCell, worker: Worker): Promise<Memory> {
  const resident: Sample[] = [];
  const heap: Sample[] = [];
  for (const startMs = performance.now(); performance.now() - startMs < DURATION_MS; await sleep(1000)) {
    const atMs = performance.now() - startMs;
    resident.push({ atMs, bytes: usageOf(worker.pid).residentBytes });
    const told = worker.has('heap').at(-1);
    if (told) heap.push({ atMs, bytes: told.bytes });
    if (resident.length % 30 !== 0) continue;
    const behind = cell.fed - (await cell.committed());
    say(`${resident.length} s: ${mb(resident.at(-1)?.bytes ?? 0)} MB, ${behind} records behind`);
  }
  return { resident, heap };
}

async function drained(cell: CountingCell): Promise<void> {
  for (const endMs = performance.now() + DRAINS_WITHIN_MS; performance.now() < endMs; await sleep(500))
    if ((await cell.committed()) === cell.fed) return;
  throw new Error(`${cell.fed - (await cell.committed())} records are left after ${DRAINS_WITHIN_MS / 1000} s`);
}

async function run(cell: CountingCell): Promise<readonly Figure[]> {
  cell.feed(BACKLOG_PER_SECOND, VALUE_BYTES);
  const worker = cell.start({ workUs: WORK_US, heapEveryMs: 500 });
  if (!(await cell.goesOn(30_000))) throw new Error('the worker did not begin');
  await sleep(5_000); // enough to compile
  const most = await capacity(cell, 10_000);
  say(`it takes ${Math.round(most)} records/s: ${DURATION_MS / MINUTE_MS} min of twice as much`);
  cell.feed(2 * most, VALUE_BYTES);
  const fedBefore = cell.fed;
  const committedBefore = await cell.committed();
  const ending = new AbortController();
  const overloading = overload(cell, ending.signal);
  const { resident, heap } = await soak(cell, worker);
  ending.abort();
  await overloading;
  const came = cell.fed - fedBefore;
  const taken = (await cell.committed()) - committedBefore;
  const behind = cell.fed - (await cell.committed());
  await cell.stopFeeding();
  worker.signal('SIGUSR2');
  await drained(cell);
  const restMb = mb(usageOf(worker.pid).residentBytes);
  await sleep(5_000);
  const idle = await cpuPercent(worker.pid, IDLE_MS);
  const late = (samples: readonly Sample[]): readonly Sample[] => samples.filter(({ atMs }) => atMs >= SETTLED_MS);
  const slope = slopeMbPerMinute(late(resident));
  const heapSlope = slopeMbPerMinute(leastOf(late(heap), HEAP_SAMPLES));
  const troubles = [...cell.troubles, ...worker.has('error').map(({ message }) => message)];
  for (const trouble of troubles) say(trouble);
  return [
    { name: 'records that came', value: came, unit: '', peer: taken, ratio: came / taken, pass: came >= 1.5 * taken },
    { name: 'records behind at the end', value: behind, unit: '' },
    { name: 'most memory', value: mb(Math.max(...resident.map(({ bytes }) => bytes))), unit: 'MB' },
    { name: 'memory after the rest was done', value: restMb, unit: 'MB' },
    {
      name: `memory slope after ${SETTLED_MS / MINUTE_MS} min`,
      value: slope,
      unit: 'MB/min',
      peer: 1,
      // in one minute, growth cannot be told from compilation
      ...(options.full && { pass: slope <= 1 }),
    },
    // one minute has too few collections
    ...(options.full ? [{ name: 'of it the heap after collections', value: heapSlope, unit: 'MB/min' }] : []),
    { name: 'idle CPU', value: idle, unit: '%', peer: 1, pass: idle <= 1 },
    { name: 'errors', value: troubles.length, unit: '', peer: 0, pass: troubles.length === 0 },
  ];
}

const mb = (bytes: number): number => Math.round(bytes / 1_048_576);

const broker = await OwnBroker.start();
for (const name of ['SIGINT', 'SIGTERM'] as const)
  process.once(name, () => void broker.stop().then(() => process.exit(130)));
const cell = await CountingCell.open(broker, seeded(1));
try {
  printFigures(await run(cell), options);
} finally {
  await cell.close();
  await broker.stop();
}
