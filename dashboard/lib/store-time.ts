import { Temporal } from 'temporal-polyfill';

/**
 * First moment of the day `date` (YYYY-MM-DD) in an IANA time zone, in ms since 1970. Where a clock change skips
 * midnight it is the moment of the change. Throws RangeError when `date` is not in the calendar.
 */
export function startOfDayMs(date: string, timeZone: string): number {
  return Temporal.PlainDate.from(date).toZonedDateTime(timeZone).epochMilliseconds;
}

/** True for a day of the calendar, written YYYY-MM-DD. */
export function isDay(text: string): boolean {
  const timeMs = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isFinite(timeMs) && new Date(timeMs).toISOString().startsWith(text); // 30 February is parsed as 2 March
}

export function nextDay(date: string): string {
  return Temporal.PlainDate.from(date).add({ days: 1 }).toString();
}

/** The day (YYYY-MM-DD) that a wall clock in `timeZone` shows. */
export function dayOf(timeMs: number, timeZone: string): string {
  const digits = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  return new Intl.DateTimeFormat('en-CA', { timeZone, ...digits }).format(timeMs);
}

/** E.g. "Sat 21 Nov 2026, 14:03:07 Europe/Berlin". */
export function exactTime(iso: string, timeZone: string): string {
  return `${format(iso, timeZone, { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', ...clock })} ${timeZone}`;
}

/** E.g. "14:03:07", in the store's time. */
export function clockTime(iso: string, timeZone: string): string {
  return format(iso, timeZone, clock);
}

/** E.g. "21 Nov 2026". */
export function shortDay(iso: string, timeZone: string): string {
  return format(iso, timeZone, { day: 'numeric', month: 'short', year: 'numeric' });
}

/** E.g. "21 Nov, 14:03:07 CET", or the offset where the zone has no short name in English. */
export function dayAndTime(iso: string, timeZone: string): string {
  return format(iso, timeZone, { day: 'numeric', month: 'short', ...clock, timeZoneName: 'short' });
}

const clock = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const;

function format(iso: string, timeZone: string, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone, ...options }).format(new Date(iso));
}

/** "now", "12 s ago", "5 min ago", "3 h ago", "2 d ago"; the future (a camera's clock ahead) reads as now. */
export function relativeTime(thenMs: number, nowMs: number): string {
  const seconds = Math.round((nowMs - thenMs) / 1000);
  if (seconds < 3) return 'now';
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86_400)} d ago`;
}

/** "0.8 s", "12 s", "2 min 5 s", "1 h 2 min". */
export function duration(ms: number): string {
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}
