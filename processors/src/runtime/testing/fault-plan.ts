import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import type { LogWatch, Moment } from './watched-log.ts';

export interface Plan {
  readonly moment: Moment;
  /**
   * The fault strikes the n-th time that this moment comes; with a transactional.id, counts only that lane's moments.
   */
  readonly occurrence: number;
  readonly lane: string | undefined;
  readonly act: 'kill' | 'stop';
}

/** Events of a process, one JSON object a line. Each line is on the disk before the process goes on. */
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

/** Strikes its own process once. The proof comes first: its line is on the disk before the signal is sent. */
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
