import { type LogReader, type LogRecord, OffsetOutOfRangeError } from '@sightline/processors/log';
import { type Cell, type Logger, retryForever } from '@sightline/processors/process';
import { type Topic, UndecodableError } from '@sightline/schemas';

export interface FollowedRecord<V> {
  readonly partition: number;
  readonly offset: bigint;
  /** When it was written, ms since 1970. */
  readonly writtenAtMs: number;
  readonly value: V;
}

export interface FollowOptions<V> {
  readonly cell: Cell;
  readonly topic: Topic<string, V>;
  /** Records written at or after this time are read. */
  readonly sinceMs: number;
  readonly logger: Logger;
  /** Called before the first record: the first offset read, by partition. */
  onStart?(start: readonly bigint[]): void;
  /** Records of one partition, in order. Synchronous. */
  onRecords(records: readonly FollowedRecord<V>[]): void;
  /** The log no longer held our place: records before `to` may have been missed. */
  onSkipped?(partition: number, to: bigint): void;
}

export interface FollowedTopic {
  /** True once all that was there at the call has been read. */
  caughtUp(): boolean;
  close(): Promise<void>;
}

const RETRY = { firstWaitMs: 100, maxWaitMs: 2_000 };

/** Follows all partitions of a topic without a group, through lost connections and lost places. */
export async function followTopic<V>(options: FollowOptions<V>): Promise<FollowedTopic> {
  const { cell, topic, logger } = options;
  const partitions = Array.from({ length: cell.partitions(topic) }, (_, partition) => ({
    topic: cell.name(topic),
    partition,
  }));
  const start = await offsetsAt(cell, partitions, { timestampMs: options.sinceMs });
  const end = await offsetsAt(cell, partitions, 'latest-committed');
  const positions = [...start];
  options.onStart?.(start);
  const stopping = new AbortController();
  let reader: LogReader | undefined;

  async function open(): Promise<LogReader> {
    const opened = await cell.log.reader({ isolation: 'read_committed', maxWaitMs: 100 });
    for (const partition of partitions) opened.seek(partition, positions[partition.partition] ?? 0n);
    return opened;
  }

  async function step(): Promise<void> {
    reader ??= await open();
    for (const { partition, records, nextOffset } of await reader.fetch()) {
      const decoded = await decodeAll(options, partition, records);
      if (decoded.length > 0) options.onRecords(decoded);
      positions[partition] = nextOffset;
    }
  }

  async function recover(error: unknown): Promise<void> {
    await reader?.close().catch(() => {});
    reader = undefined;
    if (!(error instanceof OffsetOutOfRangeError)) return;
    for (const [partition, offset] of (await offsetsAt(cell, partitions, 'earliest')).entries()) {
      if ((positions[partition] ?? 0n) >= offset) continue;
      positions[partition] = offset;
      options.onSkipped?.(partition, offset);
    }
  }

  async function follow(): Promise<void> {
    while (!stopping.signal.aborted) {
      await retryForever(
        () =>
          step().catch(async (error: unknown) => {
            if (!stopping.signal.aborted) await recover(error);
            throw error;
          }),
        {
          ...RETRY,
          signal: stopping.signal,
          onFailure: error => logger.warn({ err: error, topic: topic.name }, 'reading failed, trying again'),
        },
      );
    }
  }

  const following = follow().catch(error => {
    if (!stopping.signal.aborted) logger.error({ err: error, topic: topic.name }, 'reading ended');
  });
  return {
    caughtUp: () => positions.every((position, partition) => position >= (end[partition] ?? 0n)),
    async close() {
      stopping.abort();
      await reader?.close();
      await following;
    },
  };
}

async function decodeAll<V>(
  { cell, topic, logger }: FollowOptions<V>,
  partition: number,
  records: readonly LogRecord[],
): Promise<readonly FollowedRecord<V>[]> {
  const decoded: FollowedRecord<V>[] = [];
  for (const record of records) {
    if (record.value === null) continue;
    try {
      const value = await cell.decode(topic, record);
      decoded.push({ partition, offset: record.offset, writtenAtMs: record.timestampMs, value });
    } catch (error) {
      if (!(error instanceof UndecodableError)) throw error;
      logger.warn({ err: error, topic: topic.name, partition, offset: String(record.offset) }, 'passed over');
    }
  }
  return decoded;
}

type At = Parameters<Cell['log']['admin']['listOffsets']>[1];

/** Offsets by partition number. */
export async function offsetsAt(
  cell: Cell,
  partitions: readonly { readonly topic: string; readonly partition: number }[],
  at: At,
): Promise<bigint[]> {
  const offsets: bigint[] = partitions.map(() => 0n);
  for (const { partition, offset } of await cell.log.admin.listOffsets(partitions, at)) offsets[partition] = offset;
  return offsets;
}
