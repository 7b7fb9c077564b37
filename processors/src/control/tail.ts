import type { AnyTopic } from '@sightline/schemas';
import type { LogRecord } from '../log/index.ts';
import type { Cell } from '../process/index.ts';

export interface Tail {
  close(): Promise<void>;
}

/**
 * Reads a whole topic from its start, without a group: resolves once all that was there at the call has been handled,
 * then goes on in the background. `handle` gets records of one partition in order, never two calls at a time.
 */
export async function tail(
  cell: Cell,
  topic: AnyTopic,
  handle: (records: readonly LogRecord[]) => Promise<void>,
  onError: (error: unknown) => void,
): Promise<Tail> {
  const partitions = Array.from({ length: cell.partitions(topic) }, (_, partition) => ({
    topic: cell.name(topic),
    partition,
  }));
  const ends = await cell.log.admin.listOffsets(partitions, 'latest-committed');
  const starts = await cell.log.admin.listOffsets(partitions, 'earliest');
  const behind = new Map(ends.filter(end => end.offset > 0n).map(end => [end.partition, end.offset]));
  const reader = await cell.log.reader({ isolation: 'read_committed', maxWaitMs: 50 });
  for (const start of starts) {
    reader.seek(start, start.offset);
    if (start.offset >= (behind.get(start.partition) ?? 0n)) behind.delete(start.partition);
  }
  const step = async (): Promise<void> => {
    for (const batch of await reader.fetch()) {
      if (batch.records.length > 0) await handle(batch.records);
      if (batch.nextOffset >= (behind.get(batch.partition) ?? 0n)) behind.delete(batch.partition);
    }
  };
  while (behind.size > 0) await step();

  const stopping = new AbortController();
  const running = (async () => {
    while (!stopping.signal.aborted) await step();
  })().catch(error => {
    if (!stopping.signal.aborted) onError(error);
  });
  return {
    async close() {
      stopping.abort();
      await reader.close();
      await running;
    },
  };
}
