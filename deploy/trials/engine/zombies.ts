import { setTimeout as sleep } from 'node:timers/promises';
import type { CountingCell } from './counting-cell.ts';
import { between, type Fault, pick, prove, TIMES, type Trial } from './trial.ts';
import type { Worker, WorkerOptions } from './worker.ts';

const MOMENTS = ['before send', 'after send', 'before offsets', 'after offsets'] as const;

/**
 * SIGSTOP past the session timeout. Others take the lanes and work. After SIGCONT the zombie continues where it
 * stopped.
 */
export const zombies = (runs: number): Fault => ({
  name: 'SIGSTOP zombie, then SIGCONT',
  runs,
  async make(cell, trial) {
    const { random } = trial;
    const owner = cell.startAny(TIMES);
    await cell.goesOn(20_000);
    return prove(trial, 'zombie', runs, async number => {
      // every fifth resumes before its first fence and takes lanes that it no longer owns
      const isLate = number % 5 === 4;
      const moment = isLate ? 'before fence' : pick(random, MOMENTS);
      const occurrence = isLate ? 1 : between(random, 2, 7);
      const zombie = cell.startAny({ ...TIMES, fault: { moment, occurrence, act: 'stop' } });
      const isProved = await wakeAfterTakeover(cell, zombie, owner, isLate);
      await cell.goesOn(20_000);
      await zombie.end();
      return isProved;
    });
  },
});

/**
 * True when another worker processed the zombie's lanes and the epoch fenced one of them: the zombie, or the worker
 * whose lane it took.
 */
async function wakeAfterTakeover(cell: CountingCell, zombie: Worker, owner: Worker, isLate: boolean): Promise<boolean> {
  if (!(await zombie.hasTold('stop', 30_000))) return false;
  const lanes = zombie.has('assigned').at(-1)?.lanes ?? [];
  const isTaken = lanes.length > 0 && (await owns(owner, lanes, 20_000)) && (await cell.goesOn(20_000, lanes));
  const fencedBefore = owner.has('fenced').length;
  zombie.signal('SIGCONT');
  if (!isTaken) return false;
  const shutOut = isLate ? owner : zombie;
  for (let waitedMs = 0; waitedMs < 10_000; waitedMs += 50, await sleep(50))
    if (shutOut.has('fenced').length > (isLate ? fencedBefore : 0)) return true;
  return false;
}

async function owns(worker: Worker, lanes: readonly number[], withinMs: number): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < withinMs; waitedMs += 50, await sleep(50)) {
    const owned = worker.has('assigned').at(-1)?.lanes ?? [];
    if (lanes.every(lane => owned.includes(lane))) return true;
  }
  return false;
}

/** The old owner sends EndTxn while the new one is about to fence: both have the lane, only one has the epoch. */
export const crossings = (runs: number): Fault => ({
  name: 'takeover crosses a commit',
  runs,
  async make(cell, trial) {
    const proofs = await prove(trial, 'crossing', runs, () => cross(cell, trial));
    cell.startAny(TIMES);
    return proofs;
  },
});

/**
 * True when the old owner's transaction was committed between the new owner's join and its fence, and the new owner
 * then worked: it is what would show a wrong position, and the old owner's commits go on for a moment.
 */
export async function cross(cell: CountingCell, { random }: Trial, broken?: string): Promise<boolean> {
  const start = (options: WorkerOptions): Worker =>
    broken === undefined ? cell.startAny(options) : cell.start({ ...options, broken });
  const occurrence = between(random, 6, 12);
  const old = start({ ...TIMES, fault: { moment: 'after offsets', occurrence, act: 'stop' } });
  if (!(await old.hasTold('stop', 30_000))) return endBoth(old);
  const lane = old.has('stop')[0]?.lane ?? '';
  const next = start({ ...TIMES, fault: { moment: 'before fence', occurrence: 1, lane, act: 'stop' } });
  const isAtFence = await next.hasTold('stop', 20_000);
  old.signal('SIGCONT');
  const isCommitted = isAtFence && (await hasCommitted(old, lane, 1500));
  next.signal('SIGCONT');
  const isTaken = await hasCommitted(next, lane, 20_000);
  return (await endBoth(old, next)) && isCommitted && isTaken;
}

async function hasCommitted(worker: Worker, lane: string, withinMs: number): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < withinMs; waitedMs += 20, await sleep(20))
    if (worker.has('committed').some(told => told.lane === lane)) return true;
  return false;
}

async function endBoth(...workers: readonly Worker[]): Promise<boolean> {
  const left = await Promise.all(workers.map(worker => worker.end()));
  return left.every(Boolean);
}
