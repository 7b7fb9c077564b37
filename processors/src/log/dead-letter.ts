import type { LogHeaders, LogRecord, OutgoingRecord } from './log-client.ts';

/** The names KIP-1034 gives; the original headers stay in front of them. */
export const DEAD_LETTER_HEADERS = {
  exception: '__streams.errors.exception',
  message: '__streams.errors.message',
  stacktrace: '__streams.errors.stacktrace',
  topic: '__streams.errors.topic',
  partition: '__streams.errors.partition',
  offset: '__streams.errors.offset',
} as const;

/** Where a dead letter comes from. `topic` is without the cell's prefix. */
export interface DeadLetterOrigin {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

/** The topic of dead letters: its complete name and its number of partitions. */
export interface DeadLetterTarget {
  readonly topic: string;
  readonly partitions: number;
}

/** The one partition that takes all dead letters of an origin partition, in the order they were found. */
export const deadLetterPartition = ({ partitions }: DeadLetterTarget, partition: number): number =>
  partition % partitions;

/** The record as it came, for the topic of dead letters, with where it came from and what was wrong. */
export function deadLetter(
  target: DeadLetterTarget,
  raw: Pick<LogRecord, 'key' | 'value' | 'headers' | 'timestampMs'>,
  origin: DeadLetterOrigin,
  error: Error,
): OutgoingRecord {
  const said: readonly (readonly [keyof typeof DEAD_LETTER_HEADERS, string])[] = [
    ['exception', error.name],
    ['message', error.message],
    ['stacktrace', error.stack ?? ''],
    ['topic', origin.topic],
    ['partition', String(origin.partition)],
    ['offset', String(origin.offset)],
  ];
  const headers: LogHeaders = [
    ...raw.headers,
    ...said.map(([name, text]) => [DEAD_LETTER_HEADERS[name], Buffer.from(text)] as const),
  ];
  const { key, value, timestampMs } = raw;
  return {
    topic: target.topic,
    partition: deadLetterPartition(target, origin.partition),
    key: key && Buffer.from(key), // a copy: the record may be a slice of a batch that is let go
    value: value && Buffer.from(value),
    headers,
    timestampMs,
  };
}

/** Where a dead letter says it comes from; undefined when its headers do not say. */
export function deadLetterOrigin(headers: LogHeaders): DeadLetterOrigin | undefined {
  const said = (name: keyof typeof DEAD_LETTER_HEADERS): string | undefined =>
    headers.findLast(([found]) => found === DEAD_LETTER_HEADERS[name])?.[1].toString('utf8');
  const [topic, partition, offset] = [said('topic'), said('partition'), said('offset')];
  if (topic === undefined || !/^\d{1,9}$/.test(partition ?? '') || !/^\d{1,19}$/.test(offset ?? '')) return undefined;
  return { topic, partition: Number(partition), offset: BigInt(offset ?? '') };
}
