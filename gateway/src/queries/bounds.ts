import { BadInputError } from '../errors.ts';

/** Times that questions may name: ClickHouse keeps them exactly and JavaScript can print them. */
export const EARLIEST_MS = 0;
export const LATEST_MS = Date.UTC(2100, 0, 1);

const MAX_TEXT = 200;
const CONTROL_CHARACTER = /\p{Cc}/u;
const ISO_8601 = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/;
const MILLISECONDS = /^\d{1,15}$/;

/** An id or a name that a caller gave. Empty means none was given, as an untouched field of a form sends it. */
export function checkedText(field: string, text: string | null | undefined): string | undefined {
  if (text == null || text === '') return undefined;
  if (text.length > MAX_TEXT) throw new BadInputError(field, `${field} has at most ${MAX_TEXT} characters`);
  if (CONTROL_CHARACTER.test(text) || !text.isWellFormed())
    throw new BadInputError(field, `${field} has a character that no id or name has: send plain text`);
  return text;
}

/** True for a point in time from 1970 up to 2100, in whole milliseconds. */
export const isTime = (timeMs: number): boolean =>
  Number.isInteger(timeMs) && timeMs >= EARLIEST_MS && timeMs <= LATEST_MS;

/** Throws BadInputError unless the time lies from 1970 to 2100. */
export function checkedTime(field: string, timeMs: number | null | undefined): number | undefined {
  if (timeMs == null) return undefined;
  if (!isTime(timeMs)) throw new BadInputError(field, `${field} is a time from 1970-01-01 to 2100-01-01`);
  return timeMs;
}

/** ISO 8601 text, or milliseconds since 1970 as text. A time without zone is in UTC. Undefined: it is neither. */
export function parseTime(text: string): number | undefined {
  if (MILLISECONDS.test(text)) return Number(text);
  const [, time, , , zone] = ISO_8601.exec(text) ?? [''];
  const isIso = ISO_8601.test(text);
  const timeMs = isIso ? Date.parse(time !== undefined && zone === undefined ? `${text}Z` : text) : Number.NaN;
  return Number.isFinite(timeMs) ? timeMs : undefined;
}

/**
 * The time zone by the name that ClickHouse and JavaScript agree on. Throws BadInputError for what is not an IANA name:
 * an offset such as +05:00 says nothing of summer time, so it names no zone.
 */
export function checkedTimeZone(timeZone: string | null | undefined): string {
  const name = checkedText('timezone', timeZone) ?? 'UTC';
  const refusal = (): BadInputError =>
    new BadInputError(
      'timezone',
      `'${name}' is not an IANA time zone: give a name such as Europe/Berlin, not an offset`,
    );
  if (!/^[A-Za-z]/.test(name)) throw refusal();
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    throw refusal();
  }
}

/** ISO 8601 in UTC; a time that no calendar holds becomes the nearest that it does. */
export const isoTime = (timeMs: number): string =>
  new Date(Math.min(Math.max(timeMs, -8.64e15), 8.64e15)).toISOString();
