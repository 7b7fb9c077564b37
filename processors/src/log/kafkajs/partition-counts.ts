import { PartitionsChangedError } from '../errors.ts';

/**
 * The partition counts that a client has given, by topic. Its user chooses the partitions of keys by them, so a topic
 * with another count must not be written any more: not even when it gets the earlier count again.
 */
export class PartitionCounts {
  readonly #counts = new Map<string, number>();
  readonly #changes = new Map<string, PartitionsChangedError>();
  readonly #onChanged: (error: PartitionsChangedError) => void;

  /** `onChanged` is called once for each topic. */
  constructor(onChanged: (error: PartitionsChangedError) => void = () => {}) {
    this.#onChanged = onChanged;
  }

  get topics(): readonly string[] {
    return [...this.#counts.keys()];
  }

  has(topic: string): boolean {
    return this.#counts.has(topic);
  }

  /** Keeps the first count of a topic, and compares later ones with it. */
  learn(topic: string, count: number): void {
    const first = this.#counts.get(topic);
    if (first === undefined) this.#counts.set(topic, count);
    else if (count > 0 && count !== first && !this.#changes.has(topic)) {
      const error = new PartitionsChangedError(topic, first, count);
      this.#changes.set(topic, error);
      this.#onChanged(error);
    }
  }

  /** Compares the present count with the one given; 0: unknown at present. Throws PARTITIONS_CHANGED when it changed. */
  check(topic: string, present: number): void {
    if (this.has(topic)) this.learn(topic, present);
    const change = this.#changes.get(topic);
    if (change !== undefined) throw change;
  }
}
