import { type Topic, UndecodableError } from '@sightline/schemas';
import {
  type FetchedBatch,
  Follower,
  type FollowFrom,
  type FollowReset,
  type LogClient,
  type LogRecord,
  type ReaderOptions,
} from '../../log/index.ts';
import type { RecordDecoder } from './decoder.ts';

/** A record as a follower gives it. */
export interface FollowedRecord<V> {
  readonly partition: number;
  readonly offset: bigint;
  /** When it was written, ms since 1970. */
  readonly writtenAtMs: number;
  readonly key: string;
  readonly value: V;
}

/** A record that a follower could not take. The owner of its topic writes the dead letter: see DESIGN.md. */
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
  /** Called once, before the first record: the first offset read, by partition number. */
  onStart?(starts: ReadonlyMap<number, bigint>): void;
  /** Whether records of the key are wanted now; default: all. A record that is not wanted is not decoded. */
  wants?(key: string): boolean;
  /** Records of a partition come in order. Synchronous; a record that it throws at is passed over. */
  handle(record: FollowedRecord<V>): void;
  /** Takes a tombstone. Without it a tombstone is a record that does not decode. */
  remove?(key: string): void;
  /** Called after each batch. */
  onBatch?(): void;
  /** `recreated`: what was taken of the partition is of another log, so forget it. */
  onReset?(reset: FollowReset): void;
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

/** Follows a topic and gives its records decoded. A record that does not decode is passed over; it stops nothing. */
export function followTopic<V>(source: FollowSource<V>, options: FollowingOptions<V>): Follower {
  const { log, name, partitions } = source;
  const { from, reader, onStart, onReset, onBatch } = options;
  return new Follower(log, {
    topic: name,
    partitions,
    from,
    ...(reader !== undefined && { reader }),
    onStart: starts => onStart?.(starts),
    onReset: reset => onReset?.(reset),
    async handle(batch, signal) {
      const takes: (() => void)[] = [];
      for (const record of batch.records) takes.push(await takeOf(source, options, batch, record, signal));
      for (const take of takes) take();
      if (batch.records.length > 0) onBatch?.();
    },
  });
}

/** What there is to do with one record, once it is decoded. */
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
  if (key !== undefined && record.value === null && remove !== undefined) return () => remove(key);
  try {
    const value = await decoder.decode(topic, record, signal);
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
