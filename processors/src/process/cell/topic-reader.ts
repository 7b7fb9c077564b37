import { UndecodableError } from '@sightline/schemas';
import { type FetchedBatch, Follower } from '../../log/index.ts';
import type { FollowedRecord, FollowSource } from './topic-follower.ts';

export interface ReadingOptions {
  /** By partition number: the first offset to read, and the offset to end before. */
  readonly from: readonly bigint[];
  readonly to: readonly bigint[];
  /** The topic that the offsets belong to; default: the present one. */
  readonly topicId?: string | undefined;
  readonly signal: AbortSignal;
  /** Stops when no record arrives for this long. */
  readonly stalledAfterMs: number;
}

interface Handed {
  readonly batch: FetchedBatch;
  /** Marks the record as taken, so that the follower goes on. */
  done(): void;
}

/**
 * The decoded records between two offsets of each partition, at the caller's pace. Records that do not decode are left
 * out. Returns true when all came; false when aborted, stalled, or the log has lost some of them.
 */
export async function* readTopic<V>(
  { log, decoder, topic, name, onPassedOver }: Omit<FollowSource<V>, 'partitions'>,
  { from, to, topicId, signal, stalledAfterMs }: ReadingOptions,
): AsyncGenerator<FollowedRecord<V>, boolean> {
  const behind = new Set(from.flatMap((offset, partition) => (offset < (to[partition] ?? 0n) ? [partition] : [])));
  const handed: Handed[] = [];
  let wake = (): void => {};
  let isLost = false;
  const follower = new Follower(log, {
    topic: name,
    partitions: [...behind],
    from: { offsets: new Map([...behind].map(partition => [partition, from[partition] ?? 0n])), topicId },
    handle: batch =>
      new Promise<void>(done => {
        handed.push({ batch, done });
        wake();
      }),
    onReset: () => {
      isLost = true;
      wake();
    },
  });
  const stop = (): void => wake();
  signal.addEventListener('abort', stop);
  try {
    while (behind.size > 0) {
      if (handed.length === 0 && !signal.aborted && !isLost)
        await new Promise<void>(resolve => {
          const timer = setTimeout(resolve, stalledAfterMs);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      const [next] = handed;
      if (next === undefined || signal.aborted || isLost) return false;
      const { partition, records, nextOffset } = next.batch;
      for (const record of records) {
        if (record.offset >= (to[partition] ?? 0n)) break;
        try {
          const value = await decoder.decode(topic, record, { partition, signal });
          const key = record.key?.toString('utf8') ?? '';
          yield { partition, offset: record.offset, writtenAtMs: record.timestampMs, key, value };
        } catch (error) {
          if (!(error instanceof UndecodableError)) throw error;
          onPassedOver({ topic: topic.name, partition, offset: record.offset, error });
        }
      }
      if (nextOffset >= (to[partition] ?? 0n)) behind.delete(partition);
      handed.shift();
      next.done();
    }
    return true;
  } finally {
    signal.removeEventListener('abort', stop);
    for (const { done } of handed) done();
    await follower.close();
  }
}
