import type { LogHeaders, LogRecord, OutgoingRecord } from './log-client.ts';

/** The header names of KIP-1034; the original headers come before them. */
export const DEAD_LETTER_HEADERS = {
  exception: '__streams.errors.exception',
  message: '__streams.errors.message',
  stacktrace: '__streams.errors.stacktrace',
  topic: '__streams.errors.topic',
  partition: '__streams.errors.partition',
  offset: '__streams.errors.offset',
} as const;

/** Origin of a dead letter. `topic` excludes the cell's prefix. */
export interface DeadLetterOrigin {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

/** The dead-letter topic: its complete name and its number of partitions. */
export interface DeadLetterTarget {
  readonly topic: string;
  readonly partitions: number;
}

/** The partition for all dead letters of an origin partition, which keeps them in the order found. */
export const deadLetterPartition = ({ partitions }: DeadLetterTarget, partition: number): number =>
  partition % partitions;

/** The unchanged record for the dead-letter topic, with its origin and the error in headers. */
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
    key: key && Buffer.from(key), // a copy: the record may be a slice of a batch
    value: value && Buffer.from(value),
    headers,
    timestampMs,
  };
}

/** The origin in a dead letter's headers; undefined when they have none. */
export function deadLetterOrigin(headers: LogHeaders): DeadLetterOrigin | undefined {
  const said = (name: keyof typeof DEAD_LETTER_HEADERS): string | undefined =>
    headers.findLast(([found]) => found === DEAD_LETTER_HEADERS[name])?.[1].toString('utf8');
  const [topic, partition, offset] = [said('topic'), said('partition'), said('offset')];
  if (topic === undefined || !/^\d{1,9}$/.test(partition ?? '') || !/^\d{1,19}$/.test(offset ?? '')) return undefined;
  return { topic, partition: Number(partition), offset: BigInt(offset ?? '') };
}
