import { setTimeout as sleep } from 'node:timers/promises';
import { topics } from '@sightline/schemas';
import type { OutgoingRecord } from '../log/index.ts';
import { type Cell, DeadLetters, type Logger, Sender } from '../process/index.ts';
import { isUndecodable, type Undecodable } from './partition-queue.ts';

/** A finished record, ready to send to `detections`, with what goes to other topics. */
export interface Finished {
  readonly partition: number;
  readonly offset: bigint;
  readonly outgoing: readonly OutgoingRecord[];
  /** Called when Kafka has them. */
  onWritten(): void;
}

/**
 * Sends finished records in the order given, one send in flight; records that arrive meanwhile go with the next send.
 * Records that did not decode go to the dead letters. Acknowledged offsets may be committed.
 */
export class DetectionsOutbox {
  readonly #logger: Logger;
  readonly #sender: Sender;
  readonly #deadLetters: DeadLetters;
  readonly #acknowledged = new Map<number, bigint>();
  #waiting: (Finished | Undecodable)[] = [];
  #underWay = 0;
  /** Partitions forgotten while a send is under way. */
  readonly #forgotten = new Set<number>();
  #sending: Promise<void> | undefined;
  #closed = false;
  forwarded = 0;
  deadLettered = 0;

  constructor(cell: Cell, logger: Logger) {
    this.#logger = logger;
    this.#sender = new Sender(cell.log, { compression: 'zstd' });
    this.#deadLetters = new DeadLetters(cell);
  }

  /** Records that Kafka has not acknowledged: those that wait and those under way. */
  get length(): number {
    return this.#waiting.length + this.#underWay;
  }

  /** Why Kafka does not take the records, or undefined. */
  get trouble(): string | undefined {
    return this.#sender.trouble ?? this.#deadLetters.trouble;
  }

  push(entries: readonly (Finished | Undecodable)[]): void {
    this.#waiting.push(...entries);
    if (this.#waiting.length > 0) this.#sending ??= this.#sendAll();
  }

  /** Drops the waiting records of these partitions, and acknowledges none that is under way. */
  forget(partitions: readonly number[]): void {
    this.#waiting = this.#waiting.filter(({ partition }) => !partitions.includes(partition));
    for (const partition of partitions) {
      this.#acknowledged.delete(partition);
      this.#forgotten.add(partition);
      this.#deadLetters.forget(topics.frames, partition);
    }
  }

  /** The next offsets to read, of the partitions that moved since the last call. */
  takeAcknowledged(): ReadonlyMap<number, bigint> {
    const taken = new Map(this.#acknowledged);
    this.#acknowledged.clear();
    return taken;
  }

  async #sendAll(): Promise<void> {
    await Promise.resolve(); // records pushed in the same turn go together
    while (this.#waiting.length > 0 && !this.#closed) {
      const batch = this.#waiting;
      this.#waiting = [];
      this.#underWay = batch.length;
      this.#forgotten.clear();
      try {
        for (const entry of batch) if (isUndecodable(entry)) await this.#bury(entry);
        await this.#sender.send(batch.flatMap(entry => (isUndecodable(entry) ? [] : entry.outgoing)));
      } catch (error) {
        if (this.#closed) return; // both repeat until they are closed
        throw error;
      }
      for (const entry of batch) if (!isUndecodable(entry)) entry.onWritten();
      for (const { partition, offset } of batch)
        if (!this.#forgotten.has(partition)) this.#acknowledged.set(partition, offset + 1n);
      this.forwarded += batch.length;
      this.#underWay = 0;
    }
    this.#sending = undefined;
  }

  async #bury({ partition, record, error }: Undecodable): Promise<void> {
    this.deadLettered++;
    this.#logger.error(
      { partition, offset: String(record.offset), err: error },
      'a frame record does not decode; it becomes a dead letter',
    );
    await this.#deadLetters.bury(topics.frames, partition, record, error);
  }

  /** Waits up to `withinMs` for the send under way, then sends no more. */
  async close(withinMs: number): Promise<void> {
    await Promise.race([this.#sending, sleep(withinMs, undefined, { ref: false })]);
    this.#closed = true;
    await Promise.all([this.#sender.close(withinMs), this.#deadLetters.close(withinMs)]);
  }
}
