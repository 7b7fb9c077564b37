import { BadInputError } from '../errors.ts';

/** The name as given. Throws BadInputError for one that is not an IANA time zone. */
export function checkedTimeZone(timeZone: string): string {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return timeZone;
  } catch {
    throw new BadInputError('timezone', `'${timeZone}' is not an IANA time zone, e.g. Europe/Berlin`);
  }
}
