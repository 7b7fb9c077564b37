/**
 * `npm run chaos -- sink`: faults around the blocks of the ClickHouse sink, each proved; compares rows and rollups with
 * the log.
 */
import { parseArgs } from 'node:util';
import { Installation } from '../installations/installation.ts';
import { BROKEN_SINKS, type BrokenSink } from '../sink/broken-sinks.ts';
import { FAULTS, type SinkFault } from '../sink/faults.ts';
import type { Verdict } from '../sink/judge.ts';
import { readerName } from '../sink/outside-log.ts';
import { createRollups } from '../sink/rollups.ts';
import { SinkTrial } from '../sink/sink-trial.ts';
import { type Figure, printFigures } from '../tools/figure.ts';
import { seeded } from '../tools/seeded.ts';

const { values } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
  },
});

const RUNS = values.full ? 10 : 1;
/** Trials that disturb no other run in parallel, because they mostly wait. */
const SIDE_BY_SIDE = 3;
const say = (text: string): void => console.error(text);

const NOTHING: Verdict = { lost: 0, duplicate: 0, torn: 0, rows: 0, examples: [] };

interface Row extends Verdict {
  readonly fault: string;
  readonly runs: number;
  readonly proofs: number;
  readonly seconds: number;
  /** Runs that did not finish. */
  readonly troubles: readonly string[];
}

const emptyRow = (fault: string): Row => ({ ...NOTHING, fault, runs: 0, proofs: 0, seconds: 0, troubles: [] });

interface Attempt extends Verdict {
  readonly isProved: boolean;
  readonly seconds: number;
  readonly troubles: readonly string[];
}

/** One run in its own trial: the judge's verdict, and whether the fault is proved. */
async function attempt(
  installation: Installation,
  name: string,
  seed: number,
  make: SinkFault['make'],
): Promise<Attempt> {
  const startedAtMs = performance.now();
  const seconds = (): number => (performance.now() - startedAtMs) / 1000;
  const trial = await SinkTrial.open(installation, name, seeded(seed));
  try {
    await createRollups(trial.client);
    await trial.feed();
    const isProved = await make(trial);
    return { ...(await trial.verdict()), isProved, seconds: seconds(), troubles: [] };
  } catch (error) {
    const what = `${name}: ${error instanceof Error ? error.message : String(error)}`;
    return { ...NOTHING, isProved: false, seconds: seconds(), troubles: [what, ...trial.lastWords()] };
  } finally {
    await trial.close();
  }
}

let trials = 0;

const add = (sum: Row, more: Attempt, runs: number): Row => ({
  fault: sum.fault,
  runs: sum.runs + runs,
  proofs: sum.proofs + (more.isProved ? 1 : 0),
  seconds: sum.seconds + more.seconds,
  lost: sum.lost + more.lost,
  duplicate: sum.duplicate + more.duplicate,
  torn: sum.torn + more.torn,
  rows: sum.rows + more.rows,
  examples: [...sum.examples, ...more.examples].slice(0, 6),
  troubles: [...sum.troubles, ...more.troubles],
});

type Fault = SinkFault | BrokenSink;

/** Repeats until a run is proved. Every verdict counts, including those of unproved runs. */
async function runOnce(installation: Installation, { name, make }: Fault, rows: Map<string, Row>): Promise<void> {
  for (let tries = 0; tries < 4; tries++) {
    const number = trials++;
    const seed = Number(values.seed) * 10_000 + number;
    const done = await attempt(installation, `sink-${number}`, seed, make);
    rows.set(name, add(rows.get(name) ?? emptyRow(name), done, tries === 0 ? 1 : 0));
    for (const trouble of done.troubles) say(trouble);
    const found = `lost ${done.lost}, duplicate ${done.duplicate}, torn ${done.torn} of ${done.rows} rows`;
    say(`${name}: ${done.isProved ? 'proved' : 'not proved, trying again'}; ${found}, ${done.seconds.toFixed(1)} s`);
    if (done.isProved) return;
  }
}

/** Does all the work, at most `limit` items at once. */
async function sideBySide<T>(work: readonly T[], limit: number, run: (one: T) => Promise<void>): Promise<void> {
  const waiting = [...work];
  const lane = async (): Promise<void> => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) await run(one);
  };
  await Promise.all(Array.from({ length: limit }, lane));
}

const wrong = ({ lost, duplicate, torn }: Verdict): number => lost + duplicate + torn;
const isRight = (row: Row): boolean => wrong(row) === 0 && row.proofs >= row.runs && row.troubles.length === 0;

const COLUMNS = ['fault', 'runs', 'proofs', 'lost', 'duplicate', 'torn', 'rows', 'seconds'] as const;
const line = (cells: readonly (string | number)[]): string =>
  cells.map((cell, index) => (index === 0 ? String(cell).padEnd(50) : String(cell).padStart(10))).join('');

function printRow(row: Row, verdict: string): void {
  console.log(`${line(COLUMNS.map(name => (name === 'seconds' ? Math.round(row.seconds) : row[name])))}  ${verdict}`);
  for (const text of [...row.troubles, ...row.examples]) console.log(`    ${text}`);
}

function figureOf(row: Row, pass: boolean): Figure {
  const { fault, examples, ...details } = row;
  return { name: fault, value: wrong(row), unit: 'wrong', pass, seed: Number(values.seed), ...details };
}

async function run(installation: Installation): Promise<void> {
  const faults = FAULTS.filter(({ name }) => name.includes(values.only));
  const broken = BROKEN_SINKS.filter(({ name }) => name.includes(values.only));
  const found = new Map<string, Row>();
  const once = (fault: Fault): Promise<void> => runOnce(installation, fault, found);
  const often = faults.flatMap(fault => Array.from({ length: RUNS }, () => fault));
  await sideBySide(
    often.filter(({ isAlone }) => isAlone),
    1,
    once,
  );
  await sideBySide([...often.filter(({ isAlone }) => !isAlone), ...broken], SIDE_BY_SIDE, once);
  const rowsOf = (list: readonly Fault[]): readonly Row[] => list.map(({ name }) => found.get(name) ?? emptyRow(name));
  const [rows, caught] = [rowsOf(faults), rowsOf(broken)];
  const isCaught = (row: Row): boolean =>
    broken.some(({ name, finds }) => name === row.fault && row[finds] > 0 && row.proofs > 0);
  if (values.json)
    printFigures(
      [...rows.map(row => figureOf(row, isRight(row))), ...caught.map(row => figureOf(row, isCaught(row)))],
      {
        json: true,
      },
    );
  else {
    console.log(`\nread by ${readerName}; seed ${values.seed}\n\n${line(COLUMNS)}`);
    for (const row of rows) printRow(row, isRight(row) ? '' : 'VIOLATED');
    for (const row of caught) printRow({ ...row, examples: [] }, isCaught(row) ? 'caught' : 'NOT CAUGHT');
  }
  if (!rows.every(isRight) || !caught.every(isCaught)) process.exitCode = 1;
}

const installation = await Installation.start();
for (const name of ['SIGINT', 'SIGTERM'] as const)
  process.once(name, () => void installation.stop().then(() => process.exit(130)));
try {
  await run(installation);
} finally {
  await installation.stop();
}
