import type { Outcome } from './processor.ts';

/** Counts of one source partition. Always: in = processed + late + deadLettered + filtered + duplicate. */
export interface PartitionAccount {
  readonly in: number;
  readonly processed: number;
  readonly late: number;
  readonly deadLettered: number;
  readonly filtered: number;
  readonly duplicate: number;
}

const FIELD = {
  processed: 'processed',
  late: 'late',
  'dead-lettered': 'deadLettered',
  filtered: 'filtered',
  duplicate: 'duplicate',
} as const satisfies Record<Outcome, keyof PartitionAccount>;

type Counts = { -readonly [F in keyof PartitionAccount]: number };
const nothing = (): Counts => ({ in: 0, processed: 0, late: 0, deadLettered: 0, filtered: 0, duplicate: 0 });

/** Counts the outcomes of records. Only committed outcomes count, so a record that is processed twice counts once. */
export class Accounting {
  readonly #committed = new Map<string, Counts>();
  #frozen = new Map<string, Counts>();
  #pending = new Map<string, Counts>();
  readonly #dropped = { pending: 0, frozen: 0, committed: 0 };

  /** `dropped`: how often a node dropped the record. */
  count(topic: string, outcome: Outcome, dropped = 0): void {
    this.#dropped.pending += dropped;
    const counts = this.#pending.get(topic) ?? nothing();
    this.#pending.set(topic, counts);
    counts.in += 1;
    counts[FIELD[outcome]] += 1;
  }

  /** Starts a transaction with the counts so far. */
  freeze(): void {
    this.#frozen = this.#pending;
    this.#pending = new Map();
    this.#dropped.frozen = this.#dropped.pending;
    this.#dropped.pending = 0;
  }

  applied(): void {
    for (const [topic, frozen] of this.#frozen) {
      const committed = this.#committed.get(topic) ?? nothing();
      this.#committed.set(topic, committed);
      for (const field of Object.keys(frozen) as (keyof Counts)[]) committed[field] += frozen[field];
    }
    this.#frozen.clear();
    this.#dropped.committed += this.#dropped.frozen;
    this.#dropped.frozen = 0;
  }

  /** As in Kafka Streams: one for every drop by a node, and for windows one for each window that a record missed. */
  get droppedRecords(): number {
    return this.#dropped.committed;
  }

  /** Counts of the task's partition by source topic, since this process took the task. */
  snapshot(): ReadonlyMap<string, PartitionAccount> {
    return new Map([...this.#committed].map(([topic, counts]) => [topic, { ...counts }]));
  }
}
