import type { RecordQueue } from './record-queue.ts';

/**
 * Chooses among a task's partitions the head with the lowest event time (D3). While a partition is empty and more of
 * it is known to be in the log, the task waits: so two inputs are merged by time, not by arrival.
 */
export class PartitionGroup {
  readonly queues: readonly RecordQueue[];
  #streamTimeMs: number;

  constructor(queues: readonly RecordQueue[]) {
    this.queues = queues;
    this.#streamTimeMs = Math.max(-1, ...queues.map(queue => queue.partitionTimeMs));
  }

  /** Highest event time taken so far; never goes back. */
  get streamTimeMs(): number {
    return this.#streamTimeMs;
  }

  queueOf(topic: string): RecordQueue | undefined {
    return this.queues.find(queue => queue.source.topic.name === topic);
  }

  next(): RecordQueue | undefined {
    let lowest: RecordQueue | undefined;
    for (const queue of this.queues) {
      if (queue.size === 0) {
        if (!queue.isCaughtUp) return undefined;
      } else if (lowest === undefined || queue.headTimeMs() < lowest.headTimeMs()) {
        lowest = queue;
      }
    }
    return lowest;
  }

  advance(timestampMs: number): void {
    if (timestampMs > this.#streamTimeMs) this.#streamTimeMs = timestampMs;
  }
}
