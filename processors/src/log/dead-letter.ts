import type { LogHeaders, LogRecord, OutgoingRecord } from './log-client.ts';
import { boundOf } from './record-batch-encoder.ts';

/** The header names of KIP-1034; the original headers come before them. */
export const DEAD_LETTER_HEADERS = {
  exception: '__streams.errors.exception',
  message: '__streams.errors.message',
  stacktrace: '__streams.errors.stacktrace',
  topic: '__streams.errors.topic',
  partition: '__streams.errors.partition',
  offset: '__streams.errors.offset',
} as const;

/** In a dead letter without its record's value, original headers or long key: their size in bytes. */
export const DROPPED_BYTES_HEADER = 'dead-letter-dropped-bytes';

/** Largest size of a text about the error, in bytes; the rest is cut off. */
const LONGEST = { exception: 256, message: 4_096, stacktrace: 16_384, key: 1_024 } as const;

/** Origin of a dead letter. `topic` excludes the cell's prefix. */
export interface DeadLetterOrigin {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

/** The dead-letter topic: its complete name, its number of partitions, and its largest batch. */
export interface DeadLetterTarget {
  readonly topic: string;
  readonly partitions: number;
  /** `max.message.bytes` as declared; the broker may take less. */
  readonly maxBytes: number;
}

/** The partition for all dead letters of an origin partition, which keeps them in the order found. */
export const deadLetterPartition = ({ partitions }: Pick<DeadLetterTarget, 'partitions'>, partition: number): number =>
  partition % partitions;

/**
 * The unchanged record for the dead-letter topic, with its origin and the error in headers. A record that the topic
 * cannot take comes without its value and its own headers, with a header that says so; see DESIGN.md in `../process`.
 */
export function deadLetter(
  target: DeadLetterTarget,
  raw: Pick<LogRecord, 'key' | 'value' | 'headers' | 'timestampMs'>,
  origin: DeadLetterOrigin,
  error: Error,
): OutgoingRecord {
  const said: readonly (readonly [keyof typeof DEAD_LETTER_HEADERS, string])[] = [
    ['exception', cut(error.name, LONGEST.exception)],
    ['message', cut(error.message, LONGEST.message)],
    ['stacktrace', cut(error.stack ?? '', LONGEST.stacktrace)],
    ['topic', origin.topic],
    ['partition', String(origin.partition)],
    ['offset', String(origin.offset)],
  ];
  const about: LogHeaders = said.map(([name, text]) => [DEAD_LETTER_HEADERS[name], Buffer.from(text)] as const);
  const { key, value, timestampMs } = raw;
  const place = { topic: target.topic, partition: deadLetterPartition(target, origin.partition), timestampMs };
  const whole = { ...place, key, value, headers: [...raw.headers, ...about] };
  const smaller = { ...place, ...withoutValue(raw, about) };
  if (boundOf(whole) + BATCH_BYTES > target.maxBytes) return smaller;
  // Copies: the record may be a slice of a batch.
  return { ...whole, key: key && Buffer.from(key), value: value && Buffer.from(value), ifTooLarge: smaller };
}

/** Header of a batch, rounded up. */
const BATCH_BYTES = 100;

function withoutValue(
  { key, value, headers }: Pick<LogRecord, 'key' | 'value' | 'headers'>,
  about: LogHeaders,
): Pick<OutgoingRecord, 'key' | 'value' | 'headers'> {
  const isShort = key === null || key.length <= LONGEST.key;
  const own = headers.reduce((sum, [name, content]) => sum + Buffer.byteLength(name) + content.length, 0);
  const dropped = (value?.length ?? 0) + own + (isShort ? 0 : key.length);
  return {
    key: isShort ? key && Buffer.from(key) : null,
    value: null,
    headers: [...about, [DROPPED_BYTES_HEADER, Buffer.from(`${dropped}`)]],
  };
}

/** The start of a text, at most so many bytes of UTF-8. */
function cut(text: string, bytes: number): string {
  if (text.length * 3 <= bytes) return text;
  return Buffer.from(text.slice(0, bytes))
    .subarray(0, bytes)
    .toString()
    .replace(/\uFFFD+$/, '');
}

/** The origin in a dead letter's headers; undefined when they have none. */
export function deadLetterOrigin(headers: LogHeaders): DeadLetterOrigin | undefined {
  const said = (name: keyof typeof DEAD_LETTER_HEADERS): string | undefined =>
    headers.findLast(([found]) => found === DEAD_LETTER_HEADERS[name])?.[1].toString('utf8');
  const [topic, partition, offset] = [said('topic'), said('partition'), said('offset')];
  if (topic === undefined || !/^\d{1,9}$/.test(partition ?? '') || !/^\d{1,19}$/.test(offset ?? '')) return undefined;
  return { topic, partition: Number(partition), offset: BigInt(offset ?? '') };
}
