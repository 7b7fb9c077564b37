import { setTimeout as sleep } from 'node:timers/promises';
import { topics } from '@sightline/schemas';
import type { LogProducer, OutgoingRecord } from '../log/index.ts';
import { type Cell, DeadLetters, type Logger } from '../process/index.ts';
import type { Undecodable } from './partition-queue.ts';

const RETRY_MS = 500;

/** A record of which all is known, on its way to `detections`. */
export interface Finished {
  readonly partition: number;
  readonly offset: bigint;
  readonly outgoing: OutgoingRecord;
}

/**
 * Sends what is settled, in the order given, one send in flight: what comes meanwhile goes with the next. A failed send
 * is repeated as it was. Records that did not decode go to the dead letters in their turn. What was acknowledged may
 * be committed.
 */
export class DetectionsOutbox {
  readonly #cell: Cell;
  readonly #logger: Logger;
  readonly #deadLetters: DeadLetters;
  readonly #acknowledged = new Map<number, bigint>();
  #waiting: (Finished | Undecodable)[] = [];
  #producer: LogProducer | undefined;
  #sending: Promise<void> | undefined;
  #closed = false;
  /** Why Kafka does not take what is sent, or undefined. */
  trouble: string | undefined;
  forwarded = 0;
  deadLettered = 0;

  constructor(cell: Cell, logger: Logger) {
    this.#cell = cell;
    this.#logger = logger;
    this.#deadLetters = new DeadLetters(cell);
  }

  get length(): number {
    return this.#waiting.length;
  }

  push(entries: readonly (Finished | Undecodable)[]): void {
    this.#waiting.push(...entries);
    if (this.#waiting.length > 0) this.#sending ??= this.#sendAll();
  }

  /** These partitions are another member's: what waits of them is dropped, and nothing of them is committed. */
  forget(partitions: readonly number[]): void {
    this.#waiting = this.#waiting.filter(({ partition }) => !partitions.includes(partition));
    for (const partition of partitions) {
      this.#acknowledged.delete(partition);
      this.#deadLetters.forget({ topic: this.#cell.name(topics.frames), partition });
    }
  }

  /** Next offsets to read, of partitions that moved since the last call. */
  takeAcknowledged(): ReadonlyMap<number, bigint> {
    const taken = new Map(this.#acknowledged);
    this.#acknowledged.clear();
    return taken;
  }

  async #sendAll(): Promise<void> {
    await Promise.resolve(); // what is pushed in this turn goes together
    while (this.#waiting.length > 0 && !this.#closed) {
      const batch = this.#waiting;
      this.#waiting = [];
      await this.#send(await this.#records(batch));
      for (const { partition, offset } of batch) this.#acknowledged.set(partition, offset + 1n);
      this.forwarded += batch.length;
    }
    this.#sending = undefined;
  }

  async #records(batch: readonly (Finished | Undecodable)[]): Promise<readonly OutgoingRecord[]> {
    const records: OutgoingRecord[] = [];
    for (const entry of batch) {
      const record = 'outgoing' in entry ? entry.outgoing : await this.#deadLetter(entry);
      if (record !== undefined) records.push(record);
    }
    return records;
  }

  async #deadLetter({ partition, record, error }: Undecodable): Promise<OutgoingRecord | undefined> {
    this.deadLettered++;
    this.#logger.error({ partition, offset: String(record.offset), err: error }, 'frame to the dead letters');
    return this.#deadLetters.take({ topic: this.#cell.name(topics.frames), partition }, record, error);
  }

  async #send(records: readonly OutgoingRecord[]): Promise<void> {
    while (!this.#closed && records.length > 0) {
      try {
        this.#producer ??= await this.#cell.log.producer({ compression: 'zstd' });
        await this.#producer.send(records);
        this.trouble = undefined;
        return;
      } catch (error) {
        this.trouble = `Kafka does not take detections: ${error instanceof Error ? error.message : error}`;
        await this.#producer?.close().catch(() => {});
        this.#producer = undefined;
        await sleep(RETRY_MS);
      }
    }
  }

  /** Waits up to `withinMs` for what is under way, then sends no more. */
  async close(withinMs: number): Promise<void> {
    const late = sleep(withinMs, undefined, { ref: false });
    await Promise.race([this.#sending, late]);
    this.#closed = true;
    await Promise.race([this.#producer?.close().catch(() => {}), late]);
  }
}
