import { setTimeout as sleep } from 'node:timers/promises';
import { between, type Fault, prove, TIMES } from './trial.ts';
import type { Worker } from './worker.ts';

/** kill -9 of the only broker while two workers and the feeder are at work; it starts again. */
export const brokerKills = (runs: number): Fault => ({
  name: 'broker kill -9 and restart',
  runs,
  async make(cell, trial) {
    const workers = [cell.start(TIMES), cell.start(TIMES)];
    await cell.goesOn(20_000);
    const failures = () => workers.reduce((sum, worker) => sum + worker.has('error').length, 0);
    return prove(trial, 'broker', runs, async () => {
      await sleep(between(trial.random, 500, 2500));
      const before = failures();
      const outage = await cell.broker.kill();
      if (outage === undefined) throw new Error('the broker did not come back within 90 s');
      const isBack = await cell.goesOn(60_000);
      if (!isBack) cell.troubles.push('lanes did not come back within 60 s of the broker');
      return isBack && outage.next !== outage.killed && failures() > before;
    });
  },
});

const MOST_WORKERS = 4;

/** Workers join, leave and die all the time. One run; it counts as proved when the group changed every five seconds. */
export const storm = (durationMs: number): Fault => ({
  name: `rebalance storm, ${durationMs / 1000} s`,
  runs: 1,
  async make(cell, { random, say }) {
    const running: Worker[] = [cell.start(TIMES), cell.start(TIMES)];
    let changes = 0;
    for (const endMs = performance.now() + durationMs; performance.now() < endMs; changes++) {
      await sleep(between(random, 300, 1500));
      const isLeaving = running.length > 1 && (running.length >= MOST_WORKERS || random() < 0.5);
      if (!isLeaving) running.push(cell.start({ ...TIMES, ...(random() < 0.3 && { instance: `storm-${changes}` }) }));
      else leave(running.splice(Math.floor(random() * running.length), 1)[0], random());
    }
    const generation = Math.max(...cell.workers.flatMap(worker => worker.has('assigned').map(told => told.generation)));
    say(`storm: ${changes} joins and leaves, generation ${generation}`);
    await cell.goesOn(30_000);
    return generation >= durationMs / 5000 ? 1 : 0;
  },
});

function leave(worker: Worker | undefined, how: number): void {
  worker?.signal(how < 0.3 ? 'SIGKILL' : 'SIGTERM');
}

/** A second process under the same instance id (KIP-345): the first is shut out and must end. */
export const twins = (runs: number): Fault => ({
  name: 'same instance id started twice',
  runs,
  async make(cell, trial) {
    cell.start(TIMES);
    let last = cell.start({ ...TIMES, instance: 'twin' });
    await cell.goesOn(20_000);
    return prove(trial, 'twin', runs, async () => {
      const first = last;
      cell.expectEnd(first);
      last = cell.start({ ...TIMES, instance: 'twin' });
      const exit = await Promise.race([first.exited, sleep(20_000)]);
      await cell.goesOn(20_000);
      return exit?.code === 1 && first.has('fatal').some(({ message }) => /instance/i.test(message));
    });
  },
});
