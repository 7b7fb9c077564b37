import type { OpeningHours } from '../generated/records.ts';
import { type Refusal, refusal } from './refusal.ts';

/** Why opening hours are refused; `field` names their place in the value. */
export function validateHours(hours: OpeningHours, field: string): readonly Refusal[] {
  if (hours.days.length === 0 || hours.days.some(day => !Number.isInteger(day) || day < 1 || day > 7))
    return refusal(`${field}.days`, 'these are not days of the week', 'give numbers from 1 (Monday) to 7 (Sunday)');
  for (const end of ['from', 'to'] as const)
    if (!/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/.test(hours[end]))
      return refusal(`${field}.${end}`, `${hours[end]} is not a time of day`, 'give HH:MM, 00:00 to 24:00');
  return hours.from === hours.to
    ? refusal(`${field}.to`, 'it ends when it begins', 'give another time; 00:00 to 24:00 is the whole day')
    : [];
}
