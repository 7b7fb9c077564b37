import { isTime } from '@sightline/schemas';
import { BadInputError } from '../errors.ts';

const MAX_TEXT = 200;
const CONTROL_CHARACTER = /\p{Cc}/u;
const ISO_8601 = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/;
const MILLISECONDS = /^\d{1,15}$/;

/** Checks an id or a name from a caller. An empty text counts as absent, since forms send untouched fields so. */
export function checkedText(field: string, text: string | null | undefined): string | undefined {
  if (text == null || text === '') return undefined;
  if (text.length > MAX_TEXT) throw new BadInputError(field, `${field} may have at most ${MAX_TEXT} characters`);
  if (CONTROL_CHARACTER.test(text) || !text.isWellFormed())
    throw new BadInputError(field, `${field} has a character that ids and names cannot have: send plain text`);
  return text;
}

/** Throws BadInputError unless the time is from 1970 to 2100. */
export function checkedTime(field: string, timeMs: number | null | undefined): number | undefined {
  if (timeMs == null) return undefined;
  if (!isTime(timeMs)) throw new BadInputError(field, `${field} must be a time from 1970-01-01 to 2100-01-01`);
  return timeMs;
}

/** Says what a time must be, to be told with the field's name. */
export const TIME_MUST_BE =
  'ISO 8601 text of a day that is in the calendar, or milliseconds since 1970, up to the year 2100';

/**
 * Parses ISO 8601, or milliseconds since 1970 as text. A time without zone is in UTC. Undefined: the text is neither,
 * or its day is not in the calendar, as 30 February.
 */
export function parseTime(text: string): number | undefined {
  if (MILLISECONDS.test(text)) return Number(text);
  const [whole, day = '', time, , , zone] = ISO_8601.exec(text) ?? [];
  if (whole === undefined || !isDay(day)) return undefined;
  const timeMs = Date.parse(time !== undefined && zone === undefined ? `${text}Z` : text);
  return Number.isFinite(timeMs) ? timeMs : undefined;
}

/** True for a day of the calendar. `Date.parse` takes 30 February for 2 March. */
function isDay(day: string): boolean {
  const timeMs = Date.parse(day);
  return Number.isFinite(timeMs) && new Date(timeMs).toISOString().startsWith(day);
}

/**
 * The IANA name of a time zone, in the spelling that ClickHouse knows. Throws BadInputError for any other text.
 * An offset such as +05:00 is refused, because it does not define summer time.
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

/** ISO 8601 in UTC. A time outside the calendar's range becomes the nearest one inside. */
export const isoTime = (timeMs: number): string =>
  new Date(Math.min(Math.max(timeMs, -8.64e15), 8.64e15)).toISOString();
