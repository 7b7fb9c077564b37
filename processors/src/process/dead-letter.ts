import { topics } from '@sightline/schemas';
import type { LogHeaders, LogRecord, OutgoingRecord, TopicPartition } from '../log/index.ts';
import { partitionFor } from '../log/index.ts';
import type { Cell } from './cell.ts';

const header = (name: string, value: string): readonly [string, Buffer] => [
  `__streams.errors.${name}`,
  Buffer.from(value),
];

/** The original record for `dead-letters`, with KIP-1034's headers on top of its own. */
export function deadLetter(cell: Cell, origin: TopicPartition, record: LogRecord, error: unknown): OutgoingRecord {
  const failure = error instanceof Error ? error : new Error(String(error));
  const key = record.key?.toString('utf8') ?? '';
  const headers: LogHeaders = [
    ...record.headers,
    header('exception', failure.name),
    header('message', failure.message),
    header('stacktrace', failure.stack ?? ''),
    header('topic', origin.topic),
    header('partition', String(origin.partition)),
    header('offset', String(record.offset)),
  ];
  return {
    topic: cell.name(topics.deadLetters),
    partition: partitionFor(key, cell.partitions(topics.deadLetters)),
    key: record.key && Buffer.from(record.key),
    value: record.value && Buffer.from(record.value),
    headers,
  };
}

const originOf = (headers: LogHeaders): string => {
  const value = (name: string): string =>
    headers.find(([found]) => found === `__streams.errors.${name}`)?.[1].toString('utf8') ?? '';
  return `${value('topic')}/${value('partition')}/${value('offset')}`;
};

/**
 * Remembers which origins lie in `dead-letters` already, so that a record read again after a crash is put there once.
 * Looks into the topic only when a first record of a partition fails after `forget`.
 */
export class DeadLetters {
  readonly #cell: Cell;
  readonly #known = new Set<string>();
  readonly #looked = new Set<string>();

  constructor(cell: Cell) {
    this.#cell = cell;
  }

  /** The record to send, or undefined when its origin is there already. */
  async take(origin: TopicPartition, record: LogRecord, error: unknown): Promise<OutgoingRecord | undefined> {
    const place = `${origin.topic}/${origin.partition}`;
    const letter = deadLetter(this.#cell, origin, record, error);
    if (!this.#looked.has(place)) {
      await this.#look(record.timestampMs);
      this.#looked.add(place);
    }
    const id = `${place}/${record.offset}`;
    if (this.#known.has(id)) return undefined;
    this.#known.add(id);
    return letter;
  }

  /** The partition went to another member: what that one put there is not known here. */
  forget(origin: TopicPartition): void {
    this.#looked.delete(`${origin.topic}/${origin.partition}`);
  }

  /** Reads `dead-letters` from this time (broker's clock) to its end. */
  async #look(sinceMs: number): Promise<void> {
    const { log } = this.#cell;
    const partitions = Array.from({ length: this.#cell.partitions(topics.deadLetters) }, (_, partition) => ({
      topic: this.#cell.name(topics.deadLetters),
      partition,
    }));
    const starts = await log.admin.listOffsets(partitions, { timestampMs: sinceMs });
    const ends = new Map(
      (await log.admin.listOffsets(partitions, 'latest-committed')).map(end => [end.partition, end.offset]),
    );
    const behind = new Set<number>();
    const reader = await log.reader();
    try {
      for (const { topic, partition, offset } of starts) {
        if (offset < 0n || offset >= (ends.get(partition) ?? 0n)) continue;
        behind.add(partition);
        reader.seek({ topic, partition }, offset);
      }
      while (behind.size > 0) {
        for (const batch of await reader.fetch()) {
          for (const { headers } of batch.records) this.#known.add(originOf(headers));
          if (batch.nextOffset >= (ends.get(batch.partition) ?? 0n)) behind.delete(batch.partition);
        }
      }
    } finally {
      await reader.close();
    }
  }
}
