/** Size of a time step. */
export type Grain = 'MINUTE' | 'HOUR' | 'DAY' | 'WEEK' | 'MONTH';

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const digits = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' } as const;
  const format = new Intl.DateTimeFormat('en', { timeZone, ...digits, second: '2-digit', hourCycle: 'h23' });
  formats.set(timeZone, format);
  return format;
}

/** The local time of a time zone, written as a UTC timestamp; whole seconds. */
function localMs(timeMs: number, timeZone: string): number {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(timeMs)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0;
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
}

/** The time at which local clocks show `local`. For a skipped local time: a time after the gap. */
function timeOfLocal(local: number, timeZone: string): number {
  let timeMs = local;
  for (let i = 0; i < 2; i++) timeMs += local - localMs(timeMs, timeZone);
  return timeMs;
}

function floor(local: number, grain: Grain): number {
  const date = new Date(local);
  switch (grain) {
    case 'MINUTE':
      return date.setUTCSeconds(0, 0);
    case 'HOUR':
      return date.setUTCMinutes(0, 0, 0);
    case 'DAY':
      return date.setUTCHours(0, 0, 0, 0);
    case 'WEEK':
      return date.setUTCHours(0, 0, 0, 0) - ((date.getUTCDay() + 6) % 7) * 86_400_000;
    case 'MONTH':
      return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
  }
}

/** Start of the minute, hour, day, week (from Monday) or month of a time, in a time zone. */
export function startOfStep(timeMs: number, grain: Grain, timeZone: string): number {
  if (grain === 'MINUTE') return Math.floor(timeMs / 60_000) * 60_000;
  const local = localMs(timeMs, timeZone);
  if (grain === 'HOUR') return Math.floor(timeMs / 1_000) * 1_000 - (local - floor(local, 'HOUR')); // right also in a repeated hour
  return timeOfLocal(floor(local, grain), timeZone);
}
