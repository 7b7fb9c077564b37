import type { BatchAnswer } from './inference-protocol.ts';
import type { SkipReason } from './partition-queue.ts';

/** Pictures judged on when a share of failures is told. */
const RECENT = 200;

/** Counts and times of inference since the process started, and the share of recent failures. */
export class InferenceFigures {
  readonly #skipped: Record<SkipReason, number> = { newer: 0, undecodable: 0, 'model-failed': 0 };
  readonly #recent: boolean[] = [];
  readonly #cost = { decodeMs: 0, preprocessMs: 0, inferenceMs: 0, postprocessMs: 0 };
  #pictures = 0;
  #batches = 0;

  batch({ pictures, cost }: BatchAnswer): void {
    this.#batches++;
    this.#pictures += pictures.length;
    this.#cost.decodeMs += cost.decodeMs;
    this.#cost.preprocessMs += cost.preprocessMs;
    this.#cost.inferenceMs += cost.inferenceMs;
    this.#cost.postprocessMs += cost.postprocessMs;
    for (const { kind } of pictures) this.#recent.push(kind !== 'boxes');
    this.#recent.splice(0, this.#recent.length - RECENT);
  }

  skipped(reason: SkipReason): void {
    this.#skipped[reason]++;
  }

  /** Of the last pictures a model was to look at, the share that failed; 0 before there are a few. */
  get failureShare(): number {
    if (this.#recent.length < 10) return 0;
    return this.#recent.filter(failed => failed).length / this.#recent.length;
  }

  report(): Record<string, unknown> {
    const mean = (sum: number): number => Math.round((sum / Math.max(1, this.#pictures)) * 1_000) / 1_000;
    return {
      pictures: this.#pictures,
      decodeMsPerPicture: mean(this.#cost.decodeMs),
      preprocessMsPerPicture: mean(this.#cost.preprocessMs),
      inferenceMsPerPicture: mean(this.#cost.inferenceMs),
      postprocessMsPerPicture: mean(this.#cost.postprocessMs),
      batchMean: Math.round((this.#pictures / Math.max(1, this.#batches)) * 100) / 100,
      skipped: { ...this.#skipped },
      failureShare: Math.round(this.failureShare * 1_000) / 1_000,
    };
  }
}
