import type { OpeningHours } from '../generated/records.ts';

const MINUTES_PER_DAY = 1440;
const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** True when `timeMs` lies within the hours, local to `timeZone` (IANA). No hours: always true. Ends are exclusive. */
export function isOpen(hours: readonly OpeningHours[], timeZone: string, timeMs: number): boolean {
  if (hours.length === 0) return true;
  const { day, minute } = localTime(timeZone, timeMs);
  const yesterday = day === 1 ? 7 : day - 1;
  return hours.some(({ days, from, to }) => {
    const [start, end] = [minuteOf(from), minuteOf(to)];
    if (start < end) return days.includes(day) && minute >= start && minute < end;
    return (days.includes(day) && minute >= start) || (days.includes(yesterday) && minute < end);
  });
}

const formats = new Map<string, Intl.DateTimeFormat>();

function localTime(timeZone: string, timeMs: number): { readonly day: number; readonly minute: number } {
  let format = formats.get(timeZone);
  if (format === undefined) {
    const options = { timeZone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
    format = new Intl.DateTimeFormat('en-GB', options);
    formats.set(timeZone, format);
  }
  const parts = new Map(format.formatToParts(timeMs).map(({ type, value }) => [type, value]));
  const minute = Number(parts.get('hour')) * 60 + Number(parts.get('minute'));
  return { day: DAYS.indexOf(parts.get('weekday') ?? '') + 1, minute: minute % MINUTES_PER_DAY };
}

/** Minutes after midnight of HH:MM. */
function minuteOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}
