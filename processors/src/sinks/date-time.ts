/** The range of a ClickHouse DateTime64. */
const FIRST_MS = Date.UTC(1900, 0, 1);
const LAST_MS = Date.UTC(2299, 11, 31, 23, 59, 59, 999);

/** A time in ClickHouse's UTC form: YYYY-MM-DD hh:mm:ss.mmm. Throws RangeError outside the range. */
export function dateTime(timeMs: number): string {
  if (!(timeMs >= FIRST_MS && timeMs <= LAST_MS))
    throw new RangeError(`${timeMs} ms since 1970 is outside the years 1900 to 2299, which DateTime64 can hold`);
  const iso = new Date(timeMs).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 23)}`;
}
