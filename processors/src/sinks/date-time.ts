/** Camera time as ClickHouse reads it in UTC: YYYY-MM-DD hh:mm:ss.mmm. */
export function dateTime(timeMs: number): string {
  const iso = new Date(timeMs).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 23)}`;
}
