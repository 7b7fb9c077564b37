import { insertLate } from './faults.ts';
import type { Verdict } from './judge.ts';
import type { SinkTrial } from './sink-trial.ts';

/** A sink that lacks one of the things it rests on, and what the judge must find of it. */
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
    // whoever dies after an insert is succeeded by one that looks first: only a late one needs its token
    name: 'broken: no token at the insert',
    finds: 'duplicate',
    make: trial => insertLate(trial, { BROKEN: 'no-token' }),
  },
];
