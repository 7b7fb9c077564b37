import { setTimeout as sleep } from 'node:timers/promises';
import type { CountingCell } from './counting-cell.ts';
import { inCell, type Row, TIMES, type Trial } from './trial.ts';
import type { Worker } from './worker.ts';
import { cross } from './zombies.ts';

/** A broken build, the schedule that shows the break, and the finding that must result. */
interface Build {
  readonly broken: string;
  readonly shows: 'lost' | 'duplicate' | 'torn';
  readonly schedule: (cell: CountingCell, trial: Trial, broken: string) => Promise<boolean>;
}

const SETTLES_WITHIN_MS = 20_000;
/** Number of tries for a schedule that did not happen, or happened without a finding. */
const ATTEMPTS = 3;

const BUILDS: readonly Build[] = [
  { broken: 'no transaction', shows: 'duplicate', schedule: dyingAt('after send') },
  { broken: 'offsets outside the transaction', shows: 'duplicate', schedule: dyingAt('end answered') },
  { broken: 'read uncommitted', shows: 'torn', schedule: dyingAt('after send') },
  { broken: 'no fence on takeover', shows: 'duplicate', schedule: waking },
  { broken: 'offsets read before fencing', shows: 'duplicate', schedule: cross },
  { broken: 'autocommit', shows: 'lost', schedule: dyingAt('before send') },
];

/** Runs the same trials with engines broken on purpose. A break that is not detected shows that the trials miss it. */
export const brokenBuilds = BUILDS.map(build => ({
  name: nameOf(build),
  attempt: (trial: Trial): Promise<Row> => catchBuild(build, trial),
  isCaught: (row: Row): boolean => isCaught(build, row),
}));

/** True when it processed all of its input and showed the expected finding. */
function isCaught({ shows }: Build, row: Row): boolean {
  return row.proofs > 0 && row.troubles.length === 0 && row[shows] > 0;
}

function nameOf({ broken }: Build): string {
  return `broken: ${broken}`;
}

async function catchBuild(build: Build, trial: Trial): Promise<Row> {
  let row = await runBuild(build, trial);
  for (let number = 1; number < ATTEMPTS && !isCaught(build, row); number++) row = await runBuild(build, trial);
  return row;
}

const runBuild = (build: Build, trial: Trial): Promise<Row> =>
  inCell(trial, nameOf(build), 1, SETTLES_WITHIN_MS, async cell => {
    const { broken, schedule } = build;
    const isProved = await schedule(cell, trial, broken);
    cell.start({ ...TIMES, broken });
    await cell.goesOn(10_000);
    return isProved ? 1 : 0;
  });

/** One of two workers dies at a moment of its commit, twice. */
function dyingAt(moment: string): Build['schedule'] {
  return async (cell, _, broken) => {
    cell.start({ ...TIMES, broken });
    await cell.goesOn(20_000);
    const deaths: Worker[] = [];
    for (const occurrence of [6, 9]) {
      const victim = cell.start({ ...TIMES, broken, fault: { moment, occurrence, act: 'kill' } });
      await Promise.race([victim.exited, sleep(20_000)]);
      deaths.push(victim);
    }
    return deaths.every(worker => worker.has('kill').length > 0);
  };
}

/** A zombie with an open transaction resumes after another worker has done its work. */
async function waking(cell: CountingCell, _: Trial, broken: string): Promise<boolean> {
  const zombie = cell.start({ ...TIMES, broken, fault: { moment: 'after offsets', occurrence: 8, act: 'stop' } });
  if (!(await zombie.hasTold('stop', 30_000))) return false;
  const lane = zombie.has('stop')[0]?.lane ?? '';
  cell.start({ ...TIMES, broken });
  const isTaken = await cell.goesOn(20_000, [Number(/-(\d)-[0-9a-f]{8}/.exec(lane)?.[1])]);
  zombie.signal('SIGCONT');
  await sleep(1_000);
  return isTaken;
}
