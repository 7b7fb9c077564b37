import { setTimeout as sleep } from 'node:timers/promises';
import type { LogClient, OutgoingRecord } from '../log/index.ts';
import { Sender } from '../process/index.ts';

/** Stays below the topic's largest batch (`max.message.bytes` of `frames`). */
const BATCH_BYTES = 1024 * 1024;
const BATCH_RECORDS = 256;
const RECORD_OVERHEAD_BYTES = 128;

interface Queued {
  readonly record: OutgoingRecord;
  readonly sizeBytes: number;
  readonly onAcked: (() => void) | undefined;
}

const sizeOf = (record: OutgoingRecord): number => (record.value?.length ?? 0) + RECORD_OVERHEAD_BYTES;

/**
 * A queue before a producer: it keeps the order and loses nothing while the process lives. Waiting records go out as
 * soon as the last send is acknowledged, so batches grow with the load. A failed send is repeated until it succeeds.
 */
export class Publisher {
  readonly #sender: Sender;
  readonly #queue: Queued[] = [];
  readonly #onChange: () => void;
  #running: Promise<void> | undefined;
  #closed = false;
  queuedBytes = 0;
  acknowledged = 0;

  /** `onChange` is called when the queue grows or shrinks. */
  constructor(log: Pick<LogClient, 'producer'>, onChange: () => void) {
    this.#sender = new Sender(log);
    this.#onChange = onChange;
  }

  /** Why records are not acknowledged at present, or undefined. */
  get trouble(): string | undefined {
    const { trouble } = this.#sender;
    return trouble && `${trouble}, ${this.queuedBytes} bytes queued`;
  }

  /** `onAcked` is called once the record is acknowledged, in queue order. */
  enqueue(record: OutgoingRecord, onAcked?: () => void): void {
    if (this.#closed) return;
    const sizeBytes = sizeOf(record);
    this.#queue.push({ record, sizeBytes, onAcked });
    this.queuedBytes += sizeBytes;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    this.#onChange();
  }

  async #run(): Promise<void> {
    await Promise.resolve(); // records queued in the same turn go out together
    while (this.#queue.length > 0) {
      const batch = this.#batch();
      try {
        await this.#sender.send(batch.map(({ record }) => record));
      } catch (error) {
        if (this.#closed) return; // it repeats until it is closed
        throw error;
      }
      this.#take(batch.length);
    }
  }

  #batch(): readonly Queued[] {
    let bytes = 0;
    let count = 0;
    for (const { sizeBytes } of this.#queue) {
      if (count > 0 && (bytes + sizeBytes > BATCH_BYTES || count === BATCH_RECORDS)) break;
      bytes += sizeBytes;
      count++;
    }
    return this.#queue.slice(0, count);
  }

  #take(count: number): void {
    for (const { sizeBytes, onAcked } of this.#queue.splice(0, count)) {
      this.queuedBytes -= sizeBytes;
      this.acknowledged++;
      onAcked?.();
    }
    this.#onChange();
  }

  /** Waits up to `withinMs` for the queued records, then closes. */
  async close(withinMs: number): Promise<void> {
    await Promise.race([this.#running, sleep(withinMs, undefined, { ref: false })]);
    this.#closed = true;
    await this.#sender.close(withinMs);
  }
}
