import type { LogRecord } from '@sightline/processors/log';
import type { Cell } from '@sightline/processors/process';
import type { Topic } from '@sightline/schemas';

/** The committed records of a topic from its start, including those still to come. */
export interface TopicReading<T> {
  /** What was taken so far; that of one partition is in log order. */
  readonly values: readonly T[];
  /** Reads until `done` returns true. Rejects after `timeoutMs` with the text of `missing`. */
  until(done: () => boolean, timeoutMs: number, missing: () => string): Promise<void>;
  close(): Promise<void>;
}

/** Reads a whole topic with its own reader, without a group: its values. */
export const readTopic = <V>(cell: Cell, topic: Topic<string, V>): Promise<TopicReading<V>> =>
  takeTopic(cell, topic, value => value);

/** The same, with what `take` makes of each record. */
export async function takeTopic<V, T>(
  cell: Cell,
  topic: Topic<string, V>,
  take: (value: V, record: LogRecord) => T | Promise<T>,
): Promise<TopicReading<T>> {
  const reader = await cell.log.reader({ isolation: 'read_committed' });
  const partitions = Array.from({ length: cell.partitions(topic) }, (_, partition) => ({
    topic: cell.name(topic),
    partition,
  }));
  for (const start of await cell.log.admin.listOffsets(partitions, 'earliest')) reader.seek(start, start.offset);
  const values: T[] = [];
  return {
    values,
    async until(done, timeoutMs, missing) {
      const endMs = performance.now() + timeoutMs;
      while (!done()) {
        if (performance.now() > endMs) throw new Error(`after ${timeoutMs / 1000} s: ${missing()}`);
        for (const batch of await reader.fetch())
          for (const record of batch.records) values.push(await take(await cell.decode(topic, record), record));
      }
    },
    close: () => reader.close(),
  };
}
