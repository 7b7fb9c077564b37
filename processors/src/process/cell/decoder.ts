import { setTimeout as sleep } from 'node:timers/promises';
import { type AnyTopic, RegistryUnavailableError, type Topic, UndecodableError } from '@sightline/schemas';
import { type LogRecord, misplaced } from '../../log/index.ts';

const FIRST_WAIT_MS = 200;
const MAX_WAIT_MS = 5_000;

export interface DecodeOptions {
  /** Partition of the record. A record whose key belongs to another one does not decode. Absent: not checked. */
  readonly partition?: number;
  readonly signal?: AbortSignal | undefined;
}

/** Decodes values of records. It waits for a registry that is down, so a good record never counts as bad. */
export class RecordDecoder {
  readonly #waits = new Set<{ reason: string }>();
  readonly #partitionsOf: (topic: AnyTopic) => number;

  constructor(partitionsOf: (topic: AnyTopic) => number) {
    this.#partitionsOf = partitionsOf;
  }

  /** What the decoder waits for, or undefined. */
  get waitingFor(): string | undefined {
    const [wait] = this.#waits;
    return wait?.reason;
  }

  /**
   * The value of a record. Rejects with UndecodableError when it has no key, a key of another partition, no value, a
   * value that does not decode, or one that the topic's check refuses; every reader gets the same result at any time.
   * Rejects with the signal's reason when aborted.
   */
  async decode<V>(topic: Topic<string, V>, record: LogRecord, { partition, signal }: DecodeOptions = {}): Promise<V> {
    const { value, headers } = record;
    const key = this.#keyOf(topic, record, partition);
    if (value === null)
      throw new UndecodableError(`the value of a record of ${topic.name} is missing: write a value, not a tombstone`);
    const prepare = (): Promise<void> | undefined => topic.value.prepare?.(value, headers);
    const preparing = prepare();
    if (preparing !== undefined) await this.#prepared(topic.name, preparing, prepare, signal);
    const decoded = topic.value.deserialize(value, headers);
    refuse(topic.check?.(decoded, { key: topic.key.deserialize(key, headers), writtenAtMs: record.timestampMs }));
    return decoded;
  }

  /** Throws UndecodableError for a tombstone that has no key or a key of another partition. */
  checkTombstone(topic: AnyTopic, record: LogRecord, partition: number): void {
    this.#keyOf(topic, record, partition);
  }

  #keyOf(topic: AnyTopic, { key }: LogRecord, partition: number | undefined): Buffer {
    if (key === null)
      throw new UndecodableError(
        `the key of a record of ${topic.name} is missing: write the id of its owner as the key`,
      );
    if (partition !== undefined && topic.byKey)
      refuse(misplaced(topic.name, key, partition, this.#partitionsOf(topic)));
    return key;
  }

  async #prepared(
    name: string,
    first: Promise<void>,
    prepare: () => Promise<void> | undefined,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const wait = { reason: '' };
    try {
      let preparing: Promise<void> | undefined = first;
      for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, MAX_WAIT_MS)) {
        try {
          return await preparing;
        } catch (error) {
          if (!(error instanceof RegistryUnavailableError)) throw error;
          wait.reason = `records of ${name} wait for their schema: ${error.message}`;
        }
        this.#waits.add(wait);
        await sleep(waitMs, undefined, signal && { signal });
        preparing = prepare();
      }
    } finally {
      this.#waits.delete(wait);
    }
  }
}

function refuse(refusal: string | undefined): void {
  if (refusal !== undefined) throw new UndecodableError(refusal);
}
