import type { RecordQueue } from './record-queue.ts';

/**
 * Chooses among a task's partitions the head with the lowest event time (D3). While a partition is empty but the log
 * has more of it, the task waits, so two inputs merge by time, not by arrival. When the log has no more of it, the task
 * waits at most `maxTaskIdleMs` (max.task.idle.ms, KIP-353, KIP-695). With -1 it never waits.
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

  /** How often the task stopped waiting for an empty partition. */
  get enforcedProcessing(): number {
    return this.#enforced;
  }

  /** The time, on the clock of `next`, at which waiting for an empty partition ends. */
  get idleUntilMs(): number | undefined {
    return this.#idleSinceMs === undefined ? undefined : this.#idleSinceMs + this.#maxTaskIdleMs;
  }

  queueOf(topic: string): RecordQueue | undefined {
    return this.queues.find(queue => queue.source.topic.name === topic);
  }

  /** `nowMs`: of any clock that never goes back; used for idling only. */
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

  /** After the wait, records go on until every partition has some again, as in Kafka Streams. */
  #afterIdling(queue: RecordQueue, nowMs: number): RecordQueue | undefined {
    this.#idleSinceMs ??= nowMs;
    if (nowMs < this.#idleSinceMs + this.#maxTaskIdleMs) return undefined;
    this.#enforced += 1;
    return queue;
  }
}
