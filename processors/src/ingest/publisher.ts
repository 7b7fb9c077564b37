import { setTimeout as sleep } from 'node:timers/promises';
import type { LogProducer, OutgoingRecord } from '../log/index.ts';

/** Stays below the topic's largest batch (`max.message.bytes` of `frames`). */
const BATCH_BYTES = 1024 * 1024;
const BATCH_RECORDS = 256;
const RECORD_OVERHEAD_BYTES = 128;
const FIRST_WAIT_MS = 200;
const MAX_WAIT_MS = 5_000;
const SLOW_AFTER_MS = 3_000;

interface Queued {
  readonly record: OutgoingRecord;
  readonly sizeBytes: number;
  readonly onAcked: (() => void) | undefined;
}

const sizeOf = (record: OutgoingRecord): number => (record.value?.length ?? 0) + RECORD_OVERHEAD_BYTES;

/**
 * Queue in front of a producer: order kept, nothing lost while the process lives. What waits goes out as soon as the
 * send before is acknowledged, so batches grow with the load. A failed send is repeated until it succeeds.
 */
export class Publisher {
  readonly #open: () => Promise<LogProducer>;
  readonly #queue: Queued[] = [];
  readonly #onChange: () => void;
  #producer: LogProducer | undefined;
  #running: Promise<void> | undefined;
  #closed = false;
  #sendingSinceMs: number | undefined;
  #error: string | undefined;
  queuedBytes = 0;
  acknowledged = 0;

  /** `onChange` is called when the queue grew or shrank. */
  constructor(open: () => Promise<LogProducer>, onChange: () => void) {
    this.#open = open;
    this.#onChange = onChange;
  }

  /** What keeps records from being acknowledged, or undefined. */
  get trouble(): string | undefined {
    const waitedMs = this.#sendingSinceMs === undefined ? 0 : performance.now() - this.#sendingSinceMs;
    if (waitedMs < SLOW_AFTER_MS) return undefined;
    const cause = this.#error === undefined ? '' : ` (${this.#error})`;
    return `Kafka has acknowledged nothing for ${Math.round(waitedMs / 1_000)} s${cause}: waiting, ${this.queuedBytes} bytes queued`;
  }

  /** `onAcked` is called once the record is acknowledged, in the order of enqueueing. */
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
    await Promise.resolve(); // what is enqueued in this turn goes out together
    let waitMs = FIRST_WAIT_MS;
    while (this.#queue.length > 0) {
      const batch = this.#batch();
      this.#sendingSinceMs ??= performance.now();
      try {
        this.#producer ??= await this.#open();
        await this.#producer.send(batch.map(({ record }) => record));
      } catch (error) {
        if (this.#closed) return;
        this.#error = error instanceof Error ? error.message : String(error);
        await this.#producer?.close().catch(() => {});
        this.#producer = undefined;
        await sleep(waitMs);
        waitMs = Math.min(waitMs * 2, MAX_WAIT_MS);
        continue;
      }
      waitMs = FIRST_WAIT_MS;
      this.#error = undefined;
      this.#sendingSinceMs = undefined;
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

  /** Waits up to `withinMs` for what is queued, then lets go. */
  async close(withinMs: number): Promise<void> {
    const late = sleep(withinMs, undefined, { ref: false });
    await Promise.race([this.#running, late]);
    this.#closed = true;
    await Promise.race([this.#producer?.close().catch(() => {}), late]);
  }
}
