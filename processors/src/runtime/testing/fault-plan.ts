import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import type { LogWatch, Moment } from './watched-log.ts';

export interface Plan {
  readonly moment: Moment;
  /** The fault is at the n-th time this moment comes; of this transactional.id alone, where one is named. */
  readonly occurrence: number;
  readonly lane: string | undefined;
  readonly act: 'kill' | 'stop';
}

/** What a process says of itself, one JSON object a line, on the disk before the next step is taken. */
export class FaultLog {
  readonly #file: number;

  constructor(path: string) {
    this.#file = openSync(path, 'a', 0o600);
  }

  write(line: Readonly<Record<string, unknown>>): void {
    writeSync(this.#file, `${JSON.stringify(line)}\n`);
    fsyncSync(this.#file);
  }

  close(): void {
    closeSync(this.#file);
  }
}

/** Carries out one fault on its own process, once, and proves it: the line is on the disk before the signal is sent. */
export function faultyWatch(log: FaultLog, plan: Plan | undefined): LogWatch {
  let times = 0;
  let isDone = false;
  return {
    at(moment, lane) {
      if (isDone && moment === 'end answered') log.write({ is: 'committed', lane });
      if (isDone || plan === undefined || moment !== plan.moment || (plan.lane ?? lane) !== lane) return;
      times += 1;
      if (times < plan.occurrence) return;
      isDone = true;
      log.write({ is: plan.act, moment, lane, occurrence: times });
      process.kill(process.pid, plan.act === 'kill' ? 'SIGKILL' : 'SIGSTOP');
    },
    fenced: lane => log.write({ is: 'fenced', lane }),
    assigned: ({ generation, partitions }) =>
      log.write({ is: 'assigned', generation, lanes: partitions.map(({ partition }) => partition) }),
  };
}
