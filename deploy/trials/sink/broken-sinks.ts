import { insertLate } from './faults.ts';
import type { Verdict } from './judge.ts';
import type { SinkTrial } from './sink-trial.ts';

/** A sink without one of its safeguards, and the finding that the judge must make. */
export interface BrokenSink {
  readonly name: string;
  readonly finds: keyof Pick<Verdict, 'lost' | 'duplicate'>;
  make(trial: SinkTrial): Promise<boolean>;
}

const killed = (name: string, BROKEN: string, FAULT: string, finds: BrokenSink['finds']): BrokenSink => ({
  name,
  finds,
  async make(trial) {
    const victim = trial.start({ instance: 'trial', env: { BROKEN, FAULT, FAULT_BLOCK: '2' } });
    const end = await victim.ended;
    await trial.feed();
    trial.start({ instance: 'trial', env: { BROKEN } });
    await trial.untilCommitted();
    return end === 'SIGKILL' && victim.fault !== undefined;
  },
});

export const BROKEN_SINKS: readonly BrokenSink[] = [
  killed('broken: no plan before the rows', 'no-plan', 'after-insert', 'duplicate'),
  killed('broken: commit before the insert', 'commit-first', 'after-plan', 'lost'),
  {
    // the successor of a dead sink reads the rows first, so only a late insert needs its token
    name: 'broken: no token at the insert',
    finds: 'duplicate',
    make: trial => insertLate(trial, { BROKEN: 'no-token' }),
  },
];
