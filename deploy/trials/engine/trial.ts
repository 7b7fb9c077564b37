import type { OwnBroker } from '../installations/own-broker.ts';
import { CountingCell } from './counting-cell.ts';
import type { WorkerOptions } from './worker.ts';

export interface Trial {
  readonly broker: OwnBroker;
  /** In [0, 1), the same for the same seed. */
  readonly random: () => number;
  readonly say: (text: string) => void;
}

/** The result of one kind of fault. */
export interface Row {
  readonly fault: string;
  readonly runs: number;
  /** Runs in which the fault is proved. */
  readonly proofs: number;
  readonly lost: number;
  readonly duplicate: number;
  readonly torn: number;
  readonly records: number;
  /** Outputs of aborted transactions among the others. */
  readonly aborted: number;
  readonly seconds: number;
  readonly troubles: readonly string[];
  readonly examples: readonly string[];
}

/** A kind of fault: its number of runs, and how it is caused in a cell of its own. */
export interface Fault {
  readonly name: string;
  readonly runs: number;
  make(cell: CountingCell, trial: Trial, runs: number): Promise<number>;
}

/** Short timeouts for short trials; our broker allows sessions from one second on. */
export const TIMES = { sessionMs: 3000, rebalanceMs: 2000 } as const satisfies WorkerOptions;

/** Causes one kind of fault in its own cell and judges the result; never rejects. */
export async function attempt({ name, runs, make }: Fault, trial: Trial): Promise<Row> {
  return inCell(trial, name, runs, undefined, cell => make(cell, trial, runs));
}

/** Feeds a cell, runs `work` on it, waits up to `settleMs` for its end, and judges. */
export async function inCell(
  trial: Trial,
  fault: string,
  runs: number,
  settleMs: number | undefined,
  work: (cell: CountingCell) => Promise<number>,
): Promise<Row> {
  const startMs = performance.now();
  const cell = await CountingCell.open(trial.broker, trial.random);
  const row = { fault, runs, proofs: 0, lost: 0, duplicate: 0, torn: 0, records: 0, aborted: 0, examples: [] };
  const seconds = (): number => (performance.now() - startMs) / 1000;
  try {
    cell.feed();
    const proofs = await work(cell);
    const verdict = await cell.finish(settleMs);
    return { ...row, ...verdict, proofs, seconds: seconds() };
  } catch (error) {
    return { ...row, seconds: seconds(), troubles: [...cell.troubles, `the trial failed: ${error}`] };
  } finally {
    await cell.close();
  }
}

/** Repeats until this many runs are proved. Unproved runs do not count; too many of them end the trial. */
export async function prove(
  { say }: Trial,
  name: string,
  runs: number,
  run: (number: number) => Promise<boolean>,
): Promise<number> {
  let proofs = 0;
  for (let number = 0; proofs < runs && number < 2 * runs + 1; number++) {
    const isProved = await run(number);
    if (isProved) proofs += 1;
    say(`${name}: ${isProved ? `${proofs} of ${runs}` : 'not proved, trying again'}`);
  }
  return proofs;
}

export const pick = <T>(random: () => number, list: readonly [T, ...T[]]): T =>
  list[Math.floor(random() * list.length)] ?? list[0];

/** A whole number from `low` to `high`, both included. */
export const between = (random: () => number, low: number, high: number): number =>
  low + Math.floor(random() * (high - low + 1));
