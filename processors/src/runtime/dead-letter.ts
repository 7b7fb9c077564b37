import type { LogRecord, OutgoingRecord } from '../log/log-client.ts';
import type { RecordHeaders, RecordMetadata } from './stream-record.ts';

/** The names KIP-1034 gives; the original headers stay in front of them. */
export const DEAD_LETTER_HEADERS = {
  exception: '__streams.errors.exception',
  message: '__streams.errors.message',
  stacktrace: '__streams.errors.stacktrace',
  topic: '__streams.errors.topic',
  partition: '__streams.errors.partition',
  offset: '__streams.errors.offset',
} as const;

/** The record as it came, to the dead-letter topic, with where it came from and what was wrong. */
export function deadLetter(
  target: { readonly topic: string; readonly partition: number },
  raw: Pick<LogRecord, 'key' | 'value' | 'headers' | 'timestampMs'>,
  origin: RecordMetadata,
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
  const headers: RecordHeaders = [
    ...raw.headers,
    ...said.map(([name, text]) => [DEAD_LETTER_HEADERS[name], Buffer.from(text)] as const),
  ];
  return { ...target, key: raw.key, value: raw.value, headers, timestampMs: raw.timestampMs };
}
