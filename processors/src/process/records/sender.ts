import { setTimeout as sleep } from 'node:timers/promises';
import type { LogClient, LogProducer, OutgoingRecord, ProducerOptions } from '../../log/index.ts';
import { retryForever } from './retry.ts';

/** A send that takes longer than this is reported. */
const SLOW_AFTER_MS = 3_000;

/**
 * Sends records until they are acknowledged. A new producer repeats a failed send, so a record may be written twice,
 * next to each other. Calls one after another keep the order.
 */
export class Sender {
  readonly #log: Pick<LogClient, 'producer'>;
  readonly #options: ProducerOptions;
  readonly #closing = new AbortController();
  #producer: LogProducer | undefined;
  #sending: Promise<void> | undefined;
  #sinceMs: number | undefined;
  #error: string | undefined;

  constructor(log: Pick<LogClient, 'producer'>, options: ProducerOptions = {}) {
    this.#log = log;
    this.#options = options;
  }

  /** Why records are not acknowledged at present, or undefined. */
  get trouble(): string | undefined {
    const waitedMs = this.#sinceMs === undefined ? 0 : performance.now() - this.#sinceMs;
    if (waitedMs < SLOW_AFTER_MS) return undefined;
    const cause = this.#error === undefined ? '' : ` (${this.#error})`;
    return `Kafka has acknowledged nothing for ${Math.round(waitedMs / 1_000)} s${cause}: waiting`;
  }

  /** Resolves when all records are acknowledged. Rejects only after `close`. */
  async send(records: readonly OutgoingRecord[]): Promise<void> {
    if (records.length === 0) return;
    this.#sinceMs = performance.now();
    try {
      await retryForever(() => this.attempt(records), { signal: this.#closing.signal });
    } finally {
      this.#sinceMs = undefined;
      this.#error = undefined;
    }
  }

  /** Sends once. When it rejects, the records may or may not have been written. */
  async attempt(records: readonly OutgoingRecord[]): Promise<void> {
    this.#closing.signal.throwIfAborted();
    this.#sending = this.#attempt(records);
    await this.#sending;
  }

  async #attempt(records: readonly OutgoingRecord[]): Promise<void> {
    try {
      this.#producer ??= await this.#log.producer(this.#options);
      await this.#producer.send(records);
    } catch (error) {
      this.#error = error instanceof Error ? error.message : String(error);
      await this.#letGo();
      throw error;
    }
  }

  async #letGo(): Promise<void> {
    const producer = this.#producer;
    this.#producer = undefined;
    await producer?.close().catch(() => {});
  }

  /** Waits up to `withinMs` for the send under way, then sends no more. */
  async close(withinMs: number): Promise<void> {
    const late = sleep(withinMs, undefined, { ref: false });
    this.#closing.abort();
    await Promise.race([this.#sending?.catch(() => {}), late]);
    await Promise.race([this.#letGo(), late]);
  }
}
