import type { StreamTask } from './stream-task.ts';

/** Totals since this process took the lane, times in ms, under Kafka Streams' names. */
export interface LaneMetricsSnapshot {
  readonly 'process-total': number;
  readonly 'process-latency-avg': number;
  readonly 'commit-total': number;
  readonly 'commit-latency-avg': number;
  readonly 'commit-latency-max': number;
  readonly 'restore-records-total': number;
  readonly 'restore-latency': number;
  readonly 'task-dropped-total': number;
  readonly 'dropped-records-total': number;
  readonly 'active-buffer-count': number;
  readonly 'input-buffer-bytes-total': number;
}

/** Number of last commits in the average and the maximum. */
const WINDOW = 100;

export class LaneMetrics {
  #processed = 0;
  #processingMs = 0;
  #commits = 0;
  #latenciesMs: number[] = [];
  #restored = 0;
  #openingMs = 0;
  #dropped = 0;

  /** Records of one slice and their time, decoding and stores included. */
  processed(count: number, ms: number): void {
    this.#processed += count;
    if (count > 0) this.#processingMs += ms;
  }

  committed(latencyMs: number): void {
    this.#commits += 1;
    this.#latenciesMs.push(latencyMs);
    if (this.#latenciesMs.length > WINDOW) this.#latenciesMs.shift();
  }

  opened(restoredRecords: number, ms: number): void {
    this.#restored += restoredRecords;
    this.#openingMs = ms;
  }

  failed(): void {
    this.#dropped += 1;
  }

  snapshot(task: StreamTask | undefined): LaneMetricsSnapshot {
    const latencies = this.#latenciesMs;
    const queues = task?.group.queues ?? [];
    return {
      'process-total': this.#processed,
      'process-latency-avg': this.#processed === 0 ? 0 : this.#processingMs / this.#processed,
      'commit-total': this.#commits,
      'commit-latency-avg': latencies.length === 0 ? 0 : latencies.reduce((sum, ms) => sum + ms, 0) / latencies.length,
      'commit-latency-max': Math.max(0, ...latencies),
      'restore-records-total': this.#restored,
      'restore-latency': this.#openingMs,
      'task-dropped-total': this.#dropped,
      'dropped-records-total': task?.accounting.droppedRecords ?? 0,
      'active-buffer-count': queues.reduce((sum, { size }) => sum + size, 0),
      'input-buffer-bytes-total': queues.reduce((sum, { bytes }) => sum + bytes, 0),
    };
  }
}
