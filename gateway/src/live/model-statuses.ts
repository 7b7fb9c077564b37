import type { Follower } from '@sightline/processors/log';
import type { Cell } from '@sightline/processors/process';
import { type ModelStatus, topics } from '@sightline/schemas';

/** A process that reported nothing for this long has ended. */
const GONE_AFTER_MS = 30_000;

interface Report {
  readonly status: ModelStatus;
  readonly writtenAtMs: number;
}

/** How each model runs in each inference process, as these last reported it. */
export class ModelStatuses {
  readonly #nowMs: () => number;
  /** By model, then by the record's id. */
  readonly #reports = new Map<string, Map<string, Report>>();
  #follower: Follower | undefined;

  /** `nowMs`: the clock; it only hides processes that have ended. */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Names of all models that were reported. */
  names(): readonly string[] {
    return [...this.#reports.keys()];
  }

  /** The newest report of a model, also of a process that has ended. */
  newest(model: string): ModelStatus | undefined {
    const reports = [...(this.#reports.get(model)?.values() ?? [])];
    return reports.toSorted((a, b) => b.writtenAtMs - a.writtenAtMs)[0]?.status;
  }

  /** The reports of the processes that run now, by the processes' names. */
  ofRunning(model: string): readonly ModelStatus[] {
    const sinceMs = this.#nowMs() - GONE_AFTER_MS;
    return [...(this.#reports.get(model)?.values() ?? [])]
      .flatMap(({ status, writtenAtMs }) => (writtenAtMs > sinceMs ? [status] : []))
      .toSorted((a, b) => a.process.localeCompare(b.process));
  }

  /** Follows the topic. Resolves when all present records are read; new ones are read in the background. */
  async follow(cell: Cell): Promise<void> {
    this.#follower = cell.follow(topics.models, {
      from: 'earliest',
      handle: ({ value: status, writtenAtMs }) => this.#take({ status, writtenAtMs }),
      onReset: ({ reason }) => reason === 'recreated' && this.#reports.clear(),
    });
    await this.#follower.caughtUp();
  }

  #take(report: Report): void {
    const { model, id } = report.status;
    const ofModel = this.#reports.get(model) ?? new Map<string, Report>();
    this.#reports.set(model, ofModel.set(id, report));
  }

  async close(): Promise<void> {
    await this.#follower?.close();
  }
}
