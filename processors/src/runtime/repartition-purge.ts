import type { LogAdmin, OffsetCommit } from '../log/log-client.ts';
import type { Clock } from './clock.ts';

/** Deletes records of repartition topics that the application has committed (D17, KAFKA-6150). */
export class RepartitionPurge {
  readonly #admin: LogAdmin;
  readonly #clock: Clock;
  readonly #topics: ReadonlySet<string>;
  readonly #intervalMs: number;
  readonly #purgedAtMs = new Map<string, number>();

  /** `topics`: complete names. `intervalMs`: between two purges of a partition (repartition.purge.interval.ms). */
  constructor(admin: LogAdmin, clock: Clock, topics: ReadonlySet<string>, intervalMs: number) {
    this.#admin = admin;
    this.#clock = clock;
    this.#topics = topics;
    this.#intervalMs = intervalMs;
  }

  /** Called with the offsets that a transaction committed. The next call repeats a failed purge. */
  committed(offsets: readonly OffsetCommit[]): void {
    if (this.#topics.size === 0) return;
    const due = offsets.filter(offset => this.#topics.has(offset.topic) && this.#isDue(offset));
    if (due.length === 0) return;
    const before = due.map(({ topic, partition, offset }) => ({ topic, partition, offset }));
    this.#admin.deleteRecords(before).catch(() => {});
  }

  #isDue({ topic, partition }: OffsetCommit): boolean {
    const name = `${topic}/${partition}`;
    const nowMs = this.#clock.monotonicMs();
    const beforeMs = this.#purgedAtMs.get(name);
    if (beforeMs !== undefined && nowMs < beforeMs + this.#intervalMs) return false;
    this.#purgedAtMs.set(name, nowMs);
    return beforeMs !== undefined; // a lane that just began has nothing to purge yet
  }
}
