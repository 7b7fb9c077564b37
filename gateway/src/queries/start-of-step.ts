import { Temporal } from 'temporal-polyfill';

/** Size of a time step. */
export type Grain = 'MINUTE' | 'HOUR' | 'DAY' | 'WEEK' | 'MONTH';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** About half of a step. */
const HALF_MS: Readonly<Record<Grain, number>> = {
  MINUTE: MINUTE_MS / 2,
  HOUR: HOUR_MS / 2,
  DAY: 12 * HOUR_MS,
  WEEK: 84 * HOUR_MS,
  MONTH: 360 * HOUR_MS,
};

/**
 * The gateway's step for one that begins at `startMs` in ClickHouse. The two begin a step at the same time, unless their
 * time zone data are of different years. The middle of the step decides then, so a day is never given as two steps.
 */
export const sameStep = (startMs: number, grain: Grain, timeZone: string): number =>
  startOfStep(startMs + HALF_MS[grain], grain, timeZone);

/**
 * Start of the minute, hour, day, week (from Monday) or month of a time, in a time zone. A day whose midnight a clock
 * change skips begins at the change. ClickHouse's steps begin at the same times.
 */
export function startOfStep(timeMs: number, grain: Grain, timeZone: string): number {
  if (grain === 'MINUTE') return Math.floor(timeMs / MINUTE_MS) * MINUTE_MS;
  const local = Temporal.Instant.fromEpochMilliseconds(timeMs).toZonedDateTimeISO(timeZone);
  switch (grain) {
    case 'HOUR':
      return startOfHour(local);
    case 'DAY':
      return local.startOfDay().epochMilliseconds;
    case 'WEEK':
      return local.subtract({ days: local.dayOfWeek - 1 }).startOfDay().epochMilliseconds;
    case 'MONTH':
      return local.with({ day: 1 }).startOfDay().epochMilliseconds;
  }
}

/** An hour in which the clock changes to other minutes, as on Lord Howe Island, ends at the change. */
function startOfHour(local: Temporal.ZonedDateTime): number {
  const { minute, second, millisecond } = local;
  const startMs = local.epochMilliseconds - (minute * MINUTE_MS + second * 1_000 + millisecond);
  const onTheHour = Temporal.Instant.fromEpochMilliseconds(startMs).toZonedDateTimeISO(local.timeZoneId).minute === 0;
  const justAfter = local.add({ nanoseconds: 1 });
  return onTheHour ? startMs : (justAfter.getTimeZoneTransition('previous')?.epochMilliseconds ?? startMs);
}
