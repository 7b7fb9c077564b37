import type { Cell } from '@sightline/processors/process';
import type { Topic } from '@sightline/schemas';

/** The committed records of a topic from its start, including those still to come. */
export interface TopicReading<V> {
  /** Values so far; those of one partition are in log order. */
  readonly values: readonly V[];
  /** Reads until `done` returns true. Rejects after `timeoutMs` with the text of `missing`. */
  until(done: () => boolean, timeoutMs: number, missing: () => string): Promise<void>;
  close(): Promise<void>;
}

/** Reads a whole topic with its own reader, without a group. */
export async function readTopic<V>(cell: Cell, topic: Topic<string, V>): Promise<TopicReading<V>> {
  const reader = await cell.log.reader({ isolation: 'read_committed' });
  const partitions = Array.from({ length: cell.partitions(topic) }, (_, partition) => ({
    topic: cell.name(topic),
    partition,
  }));
  for (const start of await cell.log.admin.listOffsets(partitions, 'earliest')) reader.seek(start, start.offset);
  const values: V[] = [];
  return {
    values,
    async until(done, timeoutMs, missing) {
      const endMs = performance.now() + timeoutMs;
      while (!done()) {
        if (performance.now() > endMs) throw new Error(`after ${timeoutMs / 1000} s: ${missing()}`);
        for (const batch of await reader.fetch())
          for (const record of batch.records) values.push(await cell.decode(topic, record));
      }
    },
    close: () => reader.close(),
  };
}
