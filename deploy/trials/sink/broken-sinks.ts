import type { Verdict } from './judge.ts';
import type { SinkTrial } from './sink-trial.ts';

/** A sink that lacks one of the things it rests on, and what the judge must find of it. */
export interface BrokenSink {
  readonly name: string;
  readonly finds: keyof Pick<Verdict, 'lost' | 'duplicate'>;
  make(trial: SinkTrial): Promise<boolean>;
}

const broken = (name: string, BROKEN: string, FAULT: string, finds: BrokenSink['finds']): BrokenSink => ({
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
  broken('broken: no plan before the rows', 'no-plan', 'after-insert', 'duplicate'),
  broken('broken: no token at the insert', 'no-token', 'after-insert', 'duplicate'),
  broken('broken: commit before the insert', 'commit-first', 'after-plan', 'lost'),
];
