import type { MemoryLog } from '../../../log/memory/memory-log.ts';
import type { Random } from './random.ts';
import type { FedRecord } from './scenario.ts';
import type { VirtualTime } from './virtual-time.ts';
import { TIMES } from './weather.ts';

export interface Fed {
  readonly writes: readonly { readonly atMs: number; act(log: MemoryLog, time: VirtualTime): void }[];
  /** Number of its transactions that are aborted. */
  readonly aborted: number;
}

/** Writes the input over the time of feeding. Some of it is written twice: first in a transaction that is aborted. */
export function feeding(random: Random, records: readonly FedRecord[], abortedShare: number): Fed {
  let aborted = 0;
  const writes: Fed['writes'][number][] = [];
  const times = records.map(() => random.between(0, TIMES.feedMs)).sort((a, b) => a - b);
  for (const [index, { topic, isFirst = false, atMs: givenMs, ...record }] of records.entries()) {
    const atMs = isFirst ? 0 : (givenMs ?? times[index] ?? 0);
    if (random.chance(abortedShare) && !isFirst) {
      const id = `feeder-${++aborted}`;
      const openMs = random.between(1, 100);
      writes.push({
        atMs,
        act(log, time) {
          const epoch = log.transactions.initProducerId(id);
          log.transactions.append(id, epoch, [{ ...record, topic: topic.name }]);
          time.after(openMs, () => log.transactions.end(id, epoch, 'aborted'));
        },
      });
    }
    writes.push({ atMs, act: log => void log.append({ ...record, topic: topic.name }) });
  }
  return { writes, aborted };
}
