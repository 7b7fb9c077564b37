import { type Topic, UndecodableError } from '@sightline/schemas';
import {
  type FetchedBatch,
  Follower,
  type FollowFrom,
  type LogClient,
  type LogRecord,
  type ReaderOptions,
  type TopicReset,
} from '../../log/index.ts';
import type { RecordDecoder } from './decoder.ts';

/** A decoded record from a follower. */
export interface FollowedRecord<V> {
  readonly partition: number;
  readonly offset: bigint;
  /** When it was written, ms since 1970. */
  readonly writtenAtMs: number;
  readonly key: string;
  readonly value: V;
}

/** A record that a follower could not take. The topic's owner writes the dead letter: see DESIGN.md. */
export interface PassedOver {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly error: unknown;
}

export interface FollowingOptions<V> {
  readonly from: FollowFrom;
  /** Default: all. */
  readonly partitions?: readonly number[];
  readonly reader?: ReaderOptions;
  /** Called once, before the first record: the first offset read, by partition number, and the topic's id. */
  onStart?(starts: ReadonlyMap<number, bigint>, topicId: string): void;
  /** True when records of the key are wanted now; default: all. An unwanted record is not decoded. */
  wants?(key: string): boolean;
  /** Called for each record, in partition order. Synchronous. A record for which it throws is passed over. */
  handle(record: FollowedRecord<V>): void;
  /** Called for a tombstone in its key's partition. Without it a tombstone counts as a record that does not decode. */
  remove?(key: string): void;
  /** Called after each batch. */
  onBatch?(): void;
  /** `recreated`: the earlier records came from another log, so forget the partition. */
  onReset?(reset: TopicReset): void;
}

export interface FollowSource<V> {
  readonly log: LogClient;
  readonly decoder: RecordDecoder;
  readonly topic: Topic<string, V>;
  /** Complete name. */
  readonly name: string;
  readonly partitions: readonly number[];
  onPassedOver(record: PassedOver): void;
}

/** Follows a topic and gives its records decoded. It passes over records that do not decode, and goes on. */
export function followTopic<V>(source: FollowSource<V>, options: FollowingOptions<V>): Follower {
  const { log, name, partitions } = source;
  const { from, reader, onStart, onReset, onBatch } = options;
  return new Follower(log, {
    topic: name,
    partitions,
    from,
    ...(reader !== undefined && { reader }),
    onStart: (starts, topicId) => onStart?.(starts, topicId),
    onReset: reset => onReset?.(reset),
    async handle(batch, signal) {
      const takes: (() => void)[] = [];
      for (const record of batch.records) takes.push(await takeOf(source, options, batch, record, signal));
      for (const take of takes) take();
      if (batch.records.length > 0) onBatch?.();
    },
  });
}

/** The action for one record, once it is decoded. */
async function takeOf<V>(
  { decoder, topic, onPassedOver }: FollowSource<V>,
  { handle, remove, wants }: FollowingOptions<V>,
  { partition }: FetchedBatch,
  record: LogRecord,
  signal: AbortSignal,
): Promise<() => void> {
  const { offset, timestampMs: writtenAtMs } = record;
  const passOver = (error: unknown): void => onPassedOver({ topic: topic.name, partition, offset, error });
  const key = record.key?.toString('utf8');
  if (key !== undefined && wants?.(key) === false) return () => {};
  try {
    if (key !== undefined && record.value === null && remove !== undefined) {
      decoder.checkTombstone(topic, record, partition);
      return () => remove(key);
    }
    const value = await decoder.decode(topic, record, { partition, signal });
    return () => {
      try {
        handle({ partition, offset, writtenAtMs, key: key ?? '', value });
      } catch (error) {
        passOver(error);
      }
    };
  } catch (error) {
    if (!(error instanceof UndecodableError)) throw error;
    return () => passOver(error);
  }
}
