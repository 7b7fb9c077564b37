import type { Follower } from '@sightline/processors/log';
import type { Cell } from '@sightline/processors/process';
import { type ModelStatus, topics } from '@sightline/schemas';

/** A process that reported nothing for this long has ended. */
const GONE_AFTER_MS = 30_000;

/** How each model runs in each inference process, as these last reported it. */
export class ModelStatuses {
  readonly #nowMs: () => number;
  readonly #reports = new Map<string, { readonly status: ModelStatus; readonly writtenAtMs: number }>();
  #follower: Follower | undefined;

  /** `nowMs`: the clock; it only hides processes that have ended. */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Names of all models that were reported, in order. */
  names(): readonly string[] {
    return [...new Set([...this.#reports.values()].map(({ status }) => status.model))].toSorted();
  }

  /** The reports of a model, newest first; also those of processes that have ended. */
  of(model: string): readonly ModelStatus[] {
    return [...this.#reports.values()]
      .filter(({ status }) => status.model === model)
      .toSorted((a, b) => b.writtenAtMs - a.writtenAtMs)
      .map(({ status }) => status);
  }

  /** The reports of the processes that run now, by the processes' names. */
  ofRunning(model: string): readonly ModelStatus[] {
    const sinceMs = this.#nowMs() - GONE_AFTER_MS;
    return [...this.#reports.values()]
      .filter(({ status, writtenAtMs }) => status.model === model && writtenAtMs > sinceMs)
      .map(({ status }) => status)
      .toSorted((a, b) => a.process.localeCompare(b.process));
  }

  /** Follows the topic. Resolves when all present records are read; new ones are read in the background. */
  async follow(cell: Cell): Promise<void> {
    this.#follower = cell.follow(topics.models, {
      from: 'earliest',
      handle: ({ value, writtenAtMs }) => this.#reports.set(value.id, { status: value, writtenAtMs }),
      onReset: ({ reason }) => reason === 'recreated' && this.#reports.clear(),
    });
    await this.#follower.caughtUp();
  }

  async close(): Promise<void> {
    await this.#follower?.close();
  }
}
