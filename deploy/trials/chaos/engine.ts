/**
 * `npm run chaos -- engine`: faults on real brokers, each proved. Another client's reading must show each record
 * exactly once.
 */
import { parseArgs } from 'node:util';
import { brokenBuilds } from '../engine/broken-builds.ts';
import { cuts, heldCommits } from '../engine/held-commits.ts';
import { kills, randomKills } from '../engine/kills.ts';
import { brokerKills, storm, twins } from '../engine/outages.ts';
import { readerName } from '../engine/outside-reader.ts';
import { attempt, type Fault, type Row, type Trial } from '../engine/trial.ts';
import { crossings, zombies } from '../engine/zombies.ts';
import { OwnBroker } from '../installations/own-broker.ts';
import type { Figure } from '../tools/figure.ts';
import { seeded } from '../tools/seeded.ts';

const { values } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
  },
});

const often = (full: number): number => (values.full ? full : Math.max(1, Math.round(full / 10)));
const FAULTS: readonly Fault[] = [
  ...kills(often(10)),
  randomKills(often(10)),
  zombies(often(20)),
  crossings(often(10)),
  heldCommits(values.full ? 20 : 3),
  cuts(1),
  storm(values.full ? 180_000 : 15_000),
  twins(often(10)),
  brokerKills(often(10)),
];

const isRight = ({ lost, duplicate, torn, proofs, runs, troubles }: Row): boolean =>
  lost + duplicate + torn === 0 && proofs >= runs && troubles.length === 0;

const isBroken = ({ fault }: Row): boolean => fault.startsWith('broken');

const COLUMNS = ['fault', 'runs', 'proofs', 'lost', 'duplicate', 'torn', 'records', 'aborted', 'seconds'] as const;

function line(cells: readonly (string | number)[]): string {
  return cells.map((cell, index) => (index === 0 ? String(cell).padEnd(42) : String(cell).padStart(10))).join('');
}

function printRow(row: Row, pass: boolean, verdict: string): void {
  if (values.json) console.log(JSON.stringify(figureOf(row, pass)));
  else
    console.log(`${line(COLUMNS.map(name => (name === 'seconds' ? Math.round(row.seconds) : row[name])))}  ${verdict}`);
  if (values.json || (pass && !isBroken(row))) return;
  for (const trouble of [...row.troubles, ...row.examples].slice(0, 9)) console.log(`    ${trouble}`);
}

function figureOf(row: Row, pass: boolean): Figure {
  const { fault, lost, duplicate, torn, ...details } = row;
  const value = lost + duplicate + torn;
  return {
    name: fault,
    value,
    unit: 'wrong',
    pass,
    lost,
    duplicate,
    torn,
    seed: Number(values.seed),
    reader: readerName,
    ...details,
  };
}

/** True when all promises held. Prints rows as they come. */
async function run(broker: OwnBroker): Promise<boolean> {
  const trial: Trial = { broker, random: seeded(Number(values.seed)), say: text => console.error(text) };
  console.error(`read by ${readerName}; seed ${values.seed}`);
  if (!values.json) console.log(line(COLUMNS));
  let isWhole = true;
  for (const fault of FAULTS.filter(({ name }) => name.includes(values.only))) {
    const row = await attempt(fault, trial);
    printRow(row, isRight(row), isRight(row) ? '' : 'VIOLATED');
    isWhole &&= isRight(row);
  }
  for (const { attempt: catchIt, isCaught } of brokenBuilds.filter(build => build.name.includes(values.only))) {
    const row = await catchIt(trial);
    printRow(row, isCaught(row), isCaught(row) ? 'caught' : 'NOT CAUGHT');
    isWhole &&= isCaught(row);
  }
  return isWhole;
}

const broker = await OwnBroker.start();
for (const name of ['SIGINT', 'SIGTERM'] as const)
  process.once(name, () => void broker.stop().then(() => process.exit(130)));
let isWhole = false;
try {
  isWhole = await run(broker);
  process.exitCode = isWhole ? 0 : 1;
} finally {
  await broker.stop(!isWhole);
}
