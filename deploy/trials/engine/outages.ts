import { setTimeout as sleep } from 'node:timers/promises';
import { Committers } from './committers.ts';
import { between, type Fault, prove, TIMES } from './trial.ts';
import type { Worker } from './worker.ts';

/** kill -9 of the only broker while two workers, the feeder and committers run; the broker starts again. */
export const brokerKills = (runs: number): Fault => ({
  name: 'broker kill -9 and restart',
  runs,
  async make(cell, trial) {
    const workers = [cell.startAny(TIMES), cell.startAny(TIMES)];
    await cell.goesOn(20_000);
    const committers = await Committers.start(cell.broker.address, `${cell.prefix}committers`);
    const failures = () => workers.reduce((sum, worker) => sum + worker.has('error').length, 0);
    const proofs = await prove(trial, 'broker', runs, async () => {
      await sleep(between(trial.random, 500, 2500));
      const before = failures();
      const outage = await cell.broker.kill();
      if (outage === undefined) throw new Error('the broker did not come back within 90 s');
      const isBack = await cell.goesOn(60_000);
      if (!isBack) cell.troubles.push('lanes did not run again within 60 s after the broker');
      return isBack && outage.next !== outage.killed && failures() > before;
    });
    cell.troubles.push(...(await committers.end()));
    return proofs;
  },
});

const MOST_WORKERS = 4;
/** A worker that has not joined after this long may leave all the same. */
const JOINS_WITHIN_MS = 8_000;

/** Workers join, leave and die all the time. There is one run; a new generation every ten seconds proves it. */
export const storm = (durationMs: number): Fault => ({
  name: `rebalance storm, ${durationMs / 1000} s`,
  runs: 1,
  async make(cell, { random, say }) {
    const running: Guest[] = [guest(cell.startAny(TIMES)), guest(cell.startAny(TIMES))];
    let changes = 0;
    for (const endMs = performance.now() + durationMs; performance.now() < endMs; ) {
      await sleep(between(random, 300, 1500));
      const leaver = leaverOf(running, random());
      const how = random();
      if (leaver !== undefined) {
        running.splice(running.indexOf(leaver), 1);
        leaver.worker.signal(how < 0.3 ? 'SIGKILL' : 'SIGTERM');
      } else if (running.length < MOST_WORKERS)
        running.push(guest(cell.startAny({ ...TIMES, ...(how < 0.3 && { instance: `storm-${changes}` }) })));
      else continue;
      changes += 1;
    }
    await cell.goesOn(30_000);
    const generation = Math.max(
      0,
      ...cell.workers.flatMap(worker => worker.has('assigned').map(told => told.generation)),
    );
    say(`storm: ${changes} joins and leaves, generation ${generation}`);
    return generation >= Math.max(3, durationMs / 10_000) ? 1 : 0;
  },
});

interface Guest {
  readonly worker: Worker;
  readonly sinceMs: number;
}
const guest = (worker: Worker): Guest => ({ worker, sinceMs: performance.now() });

/**
 * Picks a worker that has joined, or none. Always picks one when the cell is full; every other time with two workers.
 */
function leaverOf(running: readonly Guest[], chance: number): Guest | undefined {
  if (running.length <= 1 || (running.length < MOST_WORKERS && chance < 0.5)) return undefined;
  const joined = running.filter(
    ({ worker, sinceMs }) => performance.now() - sinceMs > JOINS_WITHIN_MS || worker.has('assigned').length > 0,
  );
  return joined[Math.floor(chance * joined.length)];
}

/** A second process with the same instance id (KIP-345): the first is fenced and must end. */
export const twins = (runs: number): Fault => ({
  name: 'same instance id started twice',
  runs,
  async make(cell, trial) {
    cell.startAny(TIMES);
    let last = cell.startAny({ ...TIMES, instance: 'twin' });
    await cell.goesOn(20_000);
    return prove(trial, 'twin', runs, async () => {
      const first = last;
      cell.expectEnd(first);
      last = cell.startAny({ ...TIMES, instance: 'twin' });
      const exit = await Promise.race([first.exited, sleep(20_000)]);
      await cell.goesOn(20_000);
      return exit?.code === 1 && first.has('fatal').some(({ message }) => /instance/i.test(message));
    });
  },
});
