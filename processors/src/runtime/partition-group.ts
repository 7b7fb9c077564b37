import type { RecordQueue } from './record-queue.ts';

/**
 * Chooses among a task's partitions the head with the lowest event time (D3). While a partition is empty and more of
 * it is known to be in the log, the task waits: so two inputs are merged by time, not by arrival. An empty partition of
 * which the log holds no more is waited for at most `maxTaskIdleMs` (max.task.idle.ms, KIP-353, KIP-695); -1: nothing
 * is ever waited for.
 */
export class PartitionGroup {
  readonly queues: readonly RecordQueue[];
  readonly #maxTaskIdleMs: number;
  #streamTimeMs: number;
  #idleSinceMs: number | undefined;
  #enforced = 0;

  constructor(queues: readonly RecordQueue[], maxTaskIdleMs = 0) {
    this.queues = queues;
    this.#maxTaskIdleMs = maxTaskIdleMs;
    this.#streamTimeMs = Math.max(-1, ...queues.map(queue => queue.partitionTimeMs));
  }

  /** Highest event time taken so far; never goes back. */
  get streamTimeMs(): number {
    return this.#streamTimeMs;
  }

  /** How often waiting for an empty partition was given up. */
  get enforcedProcessing(): number {
    return this.#enforced;
  }

  /** When, on the clock of `next`, an empty partition need not be waited for any longer. */
  get idleUntilMs(): number | undefined {
    return this.#idleSinceMs === undefined ? undefined : this.#idleSinceMs + this.#maxTaskIdleMs;
  }

  queueOf(topic: string): RecordQueue | undefined {
    return this.queues.find(queue => queue.source.topic.name === topic);
  }

  /** `nowMs`: of any clock that does not go back, for idling alone. */
  next(nowMs = 0): RecordQueue | undefined {
    let lowest: RecordQueue | undefined;
    let isEmpty = false;
    for (const queue of this.queues) {
      if (queue.size > 0) {
        if (lowest === undefined || queue.headTimeMs() < lowest.headTimeMs()) lowest = queue;
      } else if (this.#maxTaskIdleMs !== -1) {
        if (!queue.isCaughtUp) return undefined;
        isEmpty = true;
      }
    }
    return lowest !== undefined && isEmpty && this.#maxTaskIdleMs > 0 ? this.#afterIdling(lowest, nowMs) : this.#ready(lowest); // biome-ignore format: one choice
  }

  advance(timestampMs: number): void {
    if (timestampMs > this.#streamTimeMs) this.#streamTimeMs = timestampMs;
  }

  #ready(queue: RecordQueue | undefined): RecordQueue | undefined {
    this.#idleSinceMs = undefined;
    return queue;
  }

  /** Once given up, records go on until every partition has some again, as in Kafka Streams. */
  #afterIdling(queue: RecordQueue, nowMs: number): RecordQueue | undefined {
    this.#idleSinceMs ??= nowMs;
    if (nowMs < this.#idleSinceMs + this.#maxTaskIdleMs) return undefined;
    this.#enforced += 1;
    return queue;
  }
}
