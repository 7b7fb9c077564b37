/** `npm run chaos -- simulator`: the engine in virtual time, with faults from a seed at every await. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { root } from '../../local/folder.ts';
import { type Figure, printFigures } from '../tools/figure.ts';

const WORKER = join(root, 'topologies/src/testing/simulator/simulator-worker.ts');

/** Seeds between two lines of a log. */
const SAID_EVERY = 5_000;

interface Failed {
  readonly seed: number;
  readonly wrong: readonly string[];
  readonly stuck: boolean;
}

interface Progress {
  readonly is: 'progress';
  readonly scenario: string;
  readonly seeds: number;
  readonly events: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly failed: readonly Failed[];
}

interface Swept {
  readonly is: 'swept';
  readonly scenario: string;
  readonly strike: string;
  readonly points: number;
  readonly struck: number;
  readonly failed: readonly Failed[];
}

type Line =
  | Progress
  | { readonly is: 'line'; readonly line: string }
  | Swept
  | { readonly is: 'broken'; readonly how: string; readonly seeds?: number }
  | (Failed & { readonly is: 'replayed'; readonly scenario: string; readonly hash: string });

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
    seeds: { type: 'string' },
    seed: { type: 'string' },
    scenario: { type: 'string' },
    breakage: { type: 'string' },
  },
});

/** Runs the worker to its end; rejects when it fails. */
async function work(args: readonly string[], hear: (line: Line) => void): Promise<void> {
  const only = values.scenario === undefined ? [] : ['--scenario', values.scenario];
  const worker: ChildProcess = spawn(process.execPath, [WORKER, ...args, ...only], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>(resolve => worker.once('close', resolve));
  if (worker.stdout) {
    for await (const line of createInterface({ input: worker.stdout })) hear(JSON.parse(line) as Line);
  }
  const code = await ended;
  if (code !== 0) throw new Error(`the simulator ended with ${code}`);
}

async function replay(seed: string): Promise<void> {
  const how = values.breakage === undefined ? [] : ['--breakage', values.breakage];
  await work(['--trace', '--from', seed, ...how], line => {
    if (line.is === 'line') console.log(line.line);
    if (line.is !== 'replayed') return;
    const verdict = line.stuck ? 'STUCK' : line.wrong.length > 0 ? `WRONG: ${line.wrong.join('; ')}` : 'right';
    console.log(`\nseed ${line.seed} of ${line.scenario}: ${verdict}; trace ${line.hash}`);
    if (verdict !== 'right') process.exitCode = 1;
  });
}

function report({ scenario, failed }: Progress): void {
  for (const { seed, wrong, stuck } of failed) {
    const what = stuck ? 'does not come to rest' : wrong.join('; ');
    console.error(
      `${scenario}, seed ${seed}: ${what}\n  npm run chaos -- simulator --scenario ${scenario} --seed ${seed}`,
    );
  }
}

async function runSeeds(count: number): Promise<readonly Figure[]> {
  const heard: Progress[] = [];
  await work(['--count', String(count)], line => {
    if (line.is !== 'progress') return;
    heard.push(line);
    report(line);
    const seeds = heard.reduce((sum, one) => sum + one.seeds, 0);
    if (process.stderr.isTTY) process.stderr.write(`\r${seeds} of ${count} seeds`);
    else if (seeds % SAID_EVERY < line.seeds) console.error(`${seeds} of ${count} seeds`);
  });
  const sum = (of: (one: Progress) => number): number => heard.reduce((total, one) => total + of(one), 0);
  const kinds = [...new Set(heard.flatMap(({ faults }) => Object.keys(faults)))].sort();
  const stuck = sum(({ failed }) => failed.filter(one => one.stuck).length);
  const wrong = sum(({ failed }) => failed.filter(one => !one.stuck).length);
  return [
    { name: 'seeds run', value: sum(({ seeds }) => seeds), unit: 'seeds', pass: sum(({ seeds }) => seeds) > 0 },
    { name: 'events', value: sum(({ events }) => events), unit: 'events' },
    ...kinds.map(kind => ({ name: `struck: ${kind}`, value: sum(({ faults }) => faults[kind] ?? 0), unit: 'times' })),
    { name: 'wrong', value: wrong, unit: 'seeds', pass: wrong === 0 },
    { name: 'stuck', value: stuck, unit: 'seeds', pass: stuck === 0 },
  ];
}

async function sweepAll(): Promise<readonly Figure[]> {
  const heard: Swept[] = [];
  await work(['--sweep'], line => {
    if (line.is === 'swept') heard.push(line);
  });
  return ['crash', 'stall', 'lost'].flatMap(strike => {
    const own = heard.filter(swept => swept.strike === strike);
    const failed = own.reduce((sum, swept) => sum + swept.failed.length, 0);
    const struck = own.reduce((sum, swept) => sum + swept.struck, 0);
    return [
      { name: `${strike} at every await`, value: struck, unit: 'awaits', pass: struck > 0 },
      { name: `${strike} at every await: failed`, value: failed, unit: 'awaits', pass: failed === 0 },
    ];
  });
}

async function findBreakages(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  await work(['--broken', '--count', '1000'], line => {
    if (line.is !== 'broken') return;
    const { how, seeds } = line;
    figures.push({ name: `detected: ${how}`, value: seeds ?? 0, unit: 'seeds', pass: seeds !== undefined });
  });
  return figures;
}

if (values.seed !== undefined) await replay(values.seed);
else {
  const startMs = performance.now();
  const figures = await runSeeds(Number(values.seeds ?? (values.full ? 100_000 : 3_000)));
  const seconds = (performance.now() - startMs) / 1000;
  const more = [...(await sweepAll()), ...(await findBreakages())];
  printFigures([...figures, { name: 'time of the seeds', value: seconds, unit: 's' }, ...more], values);
}
