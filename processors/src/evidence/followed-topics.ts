import { setTimeout as sleep } from 'node:timers/promises';
import { topics, UndecodableError } from '@sightline/schemas';
import type { LogRecord } from '../log/index.ts';
import { type Cell, DeadLetters, type GroupBatch, GroupReader, type Logger } from '../process/index.ts';

/** Topics that have followers but no group: this group owns them. */
export const FOLLOWED_TOPICS = [topics.control, topics.cameraStatus, topics.vault, topics.configSwitches] as const;

const STOP_WITHIN_MS = 1_000;

export interface FollowedTopicsOptions {
  readonly cell: Cell;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  readonly instanceId?: string | undefined;
  fail(error: unknown): void;
}

/**
 * Group `followed-topics`: writes a dead letter, once, for each record that the followers pass over. It only reads the
 * rest.
 */
export class FollowedTopics {
  readonly #options: FollowedTopicsOptions;
  readonly #deadLetters: DeadLetters;
  #reader: GroupReader | undefined;
  deadLettered = 0;

  constructor(options: FollowedTopicsOptions) {
    this.#options = options;
    this.#deadLetters = new DeadLetters(options.cell);
  }

  async start(): Promise<void> {
    const { cell, instanceId, signal, fail } = this.#options;
    this.#reader = await GroupReader.open({
      cell,
      group: 'followed-topics',
      topics: FOLLOWED_TOPICS,
      instanceId,
      onLost: places => {
        for (const { topic, partition } of places) this.#deadLetters.forget(topic, partition);
      },
      onFatal: fail,
    });
    void this.#run(this.#reader).catch(error => {
      if (!signal.aborted) fail(error);
    });
  }

  async #run(reader: GroupReader): Promise<void> {
    while (!this.#options.signal.aborted) for (const batch of await reader.fetch()) await this.#take(reader, batch);
  }

  async #take(reader: GroupReader, { topic, partition, records, nextOffset: offset }: GroupBatch): Promise<void> {
    for (const record of records) {
      const error = await this.#whatIsWrong(topic, partition, record);
      if (error !== undefined) await this.#bury(topic, partition, record, error);
    }
    await reader.commit([{ topic, partition, offset }]);
  }

  /** The error of a bad record; undefined: the record is good. Compacted topics may have tombstones. */
  async #whatIsWrong(
    topic: GroupBatch['topic'],
    partition: number,
    record: LogRecord,
  ): Promise<UndecodableError | undefined> {
    try {
      if (record.value === null && topic.cleanup === 'compact')
        this.#options.cell.checkTombstone(topic, record, partition);
      else await this.#options.cell.decode(topic, record, { partition, signal: this.#options.signal });
      return undefined;
    } catch (error) {
      if (error instanceof UndecodableError) return error;
      throw error;
    }
  }

  async #bury(topic: GroupBatch['topic'], partition: number, record: LogRecord, error: Error): Promise<void> {
    const { logger } = this.#options;
    await this.#deadLetters.bury(topic, partition, record, error);
    this.deadLettered++;
    const place = { topic: topic.name, partition, offset: String(record.offset) };
    logger.error({ ...place, err: error }, 'a record does not decode; it becomes a dead letter');
  }

  /** The problem that stops it at present, or undefined. */
  get trouble(): string | undefined {
    return this.#reader?.trouble ?? this.#deadLetters.trouble;
  }

  async stop(): Promise<void> {
    await this.#deadLetters.close(STOP_WITHIN_MS);
    await Promise.race([this.#reader?.close(), sleep(STOP_WITHIN_MS, undefined, { ref: false })]);
  }
}
