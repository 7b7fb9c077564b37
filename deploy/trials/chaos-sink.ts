/** `npm run chaos -- sink`: faults around the blocks of the ClickHouse sink, each proved; rows and rollups against the log. */
import { parseArgs } from 'node:util';
import { type Figure, printFigures } from './figure.ts';
import { seeded } from './seeded.ts';
import { BROKEN_SINKS, type BrokenSink } from './sink/broken-sinks.ts';
import { FAULTS, type SinkFault } from './sink/faults.ts';
import { Installation } from './sink/installation.ts';
import type { Verdict } from './sink/judge.ts';
import { readerName } from './sink/outside-log.ts';
import { createRollups } from './sink/rollups.ts';
import { SinkTrial } from './sink/sink-trial.ts';

const HELP = `npm run chaos -- sink

Sinks write topics into ClickHouse while they and ClickHouse are killed (SIGKILL) at each step of a block, or stand still
(SIGSTOP) past their session and go on. Then a client that is not ours reads the log: every record's rows must be there
once with the right values, dead letters too, and rollups must say what the rows say. A fault counts only when it is
proved. Three sinks broken on purpose must be found out.

  --full       ten runs of each fault (about 20 minutes); else one
  --seed N     the same schedule again; default 1
  --only TEXT  only faults whose name has this text
  --json       one line of JSON a fault`;

const { values } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
  },
});

const RUNS = values.full ? 10 : 1;
/** Trials that disturb nobody else run side by side: most of their time is waiting. */
const SIDE_BY_SIDE = 3;
const say = (text: string): void => console.error(text);

const NOTHING: Verdict = { lost: 0, duplicate: 0, torn: 0, rows: 0, examples: [] };

interface Row extends Verdict {
  readonly fault: string;
  readonly runs: number;
  readonly proofs: number;
  readonly seconds: number;
  /** Runs that did not come to their end. */
  readonly troubles: readonly string[];
}

const emptyRow = (fault: string, runs: number): Row => ({
  ...NOTHING,
  ...{ fault, runs, proofs: 0, seconds: 0, troubles: [] },
});

interface Attempt extends Verdict {
  readonly isProved: boolean;
  readonly seconds: number;
  readonly troubles: readonly string[];
}

/** One run in a trial of its own: what the judge says, and whether the fault is proved. */
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

/** Runs until one is proved; a verdict counts in any case. */
async function runOnce(installation: Installation, { name, make }: SinkFault | BrokenSink, row: Row): Promise<Row> {
  let sum = row;
  for (let tries = 0; tries < 4; tries++) {
    const number = trials++;
    const { isProved, seconds, troubles, ...verdict } = await attempt(
      installation,
      `sink-${number}`,
      Number(values.seed) * 10_000 + number,
      make,
    );
    sum = {
      ...sum,
      proofs: sum.proofs + (isProved ? 1 : 0),
      seconds: sum.seconds + seconds,
      lost: sum.lost + verdict.lost,
      duplicate: sum.duplicate + verdict.duplicate,
      torn: sum.torn + verdict.torn,
      rows: sum.rows + verdict.rows,
      examples: [...sum.examples, ...verdict.examples].slice(0, 6),
      troubles: [...sum.troubles, ...troubles],
    };
    for (const trouble of troubles) say(trouble);
    say(`${name}: ${isProved ? 'proved' : 'not proved, once more'}, ${verdict.rows} rows, ${seconds.toFixed(1)} s`);
    if (isProved) break;
  }
  return sum;
}

async function runAll(installation: Installation, fault: SinkFault | BrokenSink, runs: number): Promise<Row> {
  let row = emptyRow(fault.name, runs);
  for (let run = 0; run < runs; run++) row = await runOnce(installation, fault, row);
  return row;
}

/** Results in the order of the work, at most `limit` at once. */
async function sideBySide<T, R>(work: readonly T[], limit: number, run: (one: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let at = next++; at < work.length; at = next++) {
      const one = work[at];
      if (one !== undefined) results[at] = await run(one);
    }
  };
  await Promise.all(Array.from({ length: limit }, lane));
  return results;
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
  const wanted = FAULTS.filter(({ name }) => name.includes(values.only));
  const broken = BROKEN_SINKS.filter(({ name }) => name.includes(values.only));
  const alone = await sideBySide(
    wanted.filter(({ isAlone }) => isAlone),
    1,
    fault => runAll(installation, fault, RUNS),
  );
  const together = await sideBySide([...wanted.filter(({ isAlone }) => !isAlone), ...broken], SIDE_BY_SIDE, fault =>
    runAll(installation, fault, 'finds' in fault ? 1 : RUNS),
  );
  const rows = [...alone, ...together.slice(0, wanted.length - alone.length)];
  const caught = together.slice(rows.length - alone.length);
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

if (values.help) console.log(HELP);
else {
  const installation = await Installation.start();
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.once(name, () => void installation.stop().then(() => process.exit(130)));
  try {
    await run(installation);
  } finally {
    await installation.stop();
  }
}
