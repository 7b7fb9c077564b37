import type { Follower } from '@sightline/processors/log';
import type { Cell } from '@sightline/processors/process';
import { type ModelStatus, type PlanStep, topics } from '@sightline/schemas';

/** A process that reported nothing for this long has ended. */
const GONE_AFTER_MS = 30_000;

/** A model, and how it runs in each inference process. */
export interface RunningModel {
  /** Its newest report: name, file, classes. */
  readonly newest: ModelStatus;
  /** One report for each process that runs now, by the processes' names. */
  readonly processes: readonly ModelStatus[];
}

/** The models of the inference processes, as they last reported them. */
export class ModelStatuses {
  readonly #nowMs: () => number;
  readonly #reports = new Map<string, { readonly status: ModelStatus; readonly writtenAtMs: number }>();
  #follower: Follower | undefined;

  /** `nowMs`: the clock; it only hides processes that have ended. */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Models by name; also those whose processes are all away. */
  all(): readonly RunningModel[] {
    const names = new Set([...this.#reports.values()].map(({ status }) => status.model));
    return [...names].toSorted().flatMap(name => this.get(name) ?? []);
  }

  get(model: string): RunningModel | undefined {
    const reports = [...this.#reports.values()]
      .filter(({ status }) => status.model === model)
      .toSorted((a, b) => a.status.process.localeCompare(b.status.process));
    const newest = reports.toSorted((a, b) => b.writtenAtMs - a.writtenAtMs)[0]?.status;
    if (newest === undefined) return undefined;
    const here = reports.filter(({ writtenAtMs }) => writtenAtMs > this.#nowMs() - GONE_AFTER_MS);
    return { newest, processes: here.map(({ status }) => status) };
  }

  names(): readonly string[] {
    return this.all().map(({ newest }) => newest.model);
  }

  /** The steps of a camera without a plan. */
  standardPlan(): readonly PlanStep[] {
    return this.all().flatMap(({ newest: { model, standard } }) => (standard ? [{ model }] : []));
  }

  /** Undefined: the model is not known. */
  classesOf(model: string): readonly string[] | undefined {
    return this.get(model)?.newest.classes;
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
