import { setTimeout as sleep } from 'node:timers/promises';
import { between, type Fault, prove, TIMES } from './trial.ts';

/** The seven points of a commit, by their names in the worker. */
const POINTS = {
  'before send': 'before the first send',
  'after send': 'after the first send',
  'before offsets': 'before sendOffsets',
  'after offsets': 'after sendOffsets',
  'end in flight': 'EndTxn in flight',
  'end answered': 'EndTxn answered, not applied',
  'after apply': 'after the local apply',
} as const;
const DIES_WITHIN_MS = 40_000;

/**
 * kill -9 at each of seven points. The worker proves the point, then kills itself there. Its successor starts at once.
 */
export const kills = (runs: number): readonly Fault[] =>
  Object.entries(POINTS).map(([moment, says]) => ({
    name: `kill -9 ${says}`,
    runs,
    async make(cell, trial) {
      const { random } = trial;
      cell.startAny(TIMES);
      const proofs = await prove(trial, says, runs, async () => {
        // as the same member, or as a new one while the group still has the old one
        const identity = random() < 0.6 ? { instance: 'victim' } : {};
        const fault = { moment, occurrence: between(random, 2, 7), act: 'kill' } as const;
        const victim = cell.startAny({ ...TIMES, ...identity, fault });
        const exit = await Promise.race([victim.exited, sleep(DIES_WITHIN_MS)]);
        if (!exit) await victim.end();
        return exit?.signal === 'SIGKILL' && victim.has('kill').some(told => told.moment === moment);
      });
      cell.startAny(TIMES);
      await cell.goesOn(20_000);
      return proofs;
    },
  }));

/** kill -9 of one of two workers from outside, at a random moment. */
export const randomKills = (runs: number): Fault => ({
  name: 'kill -9 at a random moment',
  runs,
  async make(cell, trial) {
    const { random } = trial;
    const running = [cell.startAny(TIMES), cell.startAny(TIMES)];
    await cell.goesOn(20_000);
    return prove(trial, 'random moment', runs, async number => {
      const victim = running[number % 2];
      if (!(await victim?.hasTold('assigned', 30_000)) || victim === undefined) return false;
      await sleep(between(random, 0, 2500));
      victim.signal('SIGKILL');
      const { signal } = await victim.exited;
      running[number % 2] = cell.startAny(TIMES);
      return signal === 'SIGKILL';
    });
  },
});
