import { expect, test } from 'vitest';
import { dayAndTime, dayOf, duration, exactTime, nextDay, relativeTime, startOfDayMs } from './store-time.ts';

const iso = (ms: number): string => new Date(ms).toISOString();

test("a day begins at the store's midnight, in summer and in winter", () => {
  expect(iso(startOfDayMs('2026-07-01', 'Europe/Berlin'))).toBe('2026-06-30T22:00:00.000Z');
  expect(iso(startOfDayMs('2026-11-21', 'Europe/Berlin'))).toBe('2026-11-20T23:00:00.000Z');
  expect(iso(startOfDayMs('2026-11-21', 'America/New_York'))).toBe('2026-11-21T05:00:00.000Z');
  expect(iso(startOfDayMs('2026-11-21', 'UTC'))).toBe('2026-11-21T00:00:00.000Z');
});

test('the day of a clock change is 23 hours long', () => {
  const hours = (startOfDayMs('2026-03-30', 'Europe/Berlin') - startOfDayMs('2026-03-29', 'Europe/Berlin')) / 3_600_000;
  expect(hours).toBe(23);
});

test('what is no date has no beginning', () => {
  expect(startOfDayMs('yesterday', 'UTC')).toBeNaN();
});

test('the day after the last of a month is the first of the next', () => {
  expect(nextDay('2026-02-28')).toBe('2026-03-01');
});

test("a moment belongs to the day on the store's calendar", () => {
  expect(dayOf(Date.parse('2026-11-21T23:30:00Z'), 'Asia/Tokyo')).toBe('2026-11-22');
});

test('an exact time names its zone', () => {
  expect(exactTime('2026-11-21T13:03:07Z', 'Europe/Berlin')).toBe('Sat, 21 Nov 2026, 14:03:07 Europe/Berlin');
});

test('a time in a list of many stores says which zone it is in', () => {
  expect(dayAndTime('2026-11-21T13:03:07Z', 'Europe/Lisbon')).toMatch(/^21 Nov, 13:03:07 (GMT|WET)$/);
  expect(dayAndTime('2026-11-21T13:03:07Z', 'Asia/Tokyo')).toMatch(/^21 Nov, 22:03:07 (GMT\+9|JST)$/);
});

test('relative times are short, and a clock ahead reads as now', () => {
  const ages = [-5000, 2000, 42_000, 300_000, 7_200_000, 200_000_000].map(ageMs => relativeTime(0, ageMs));
  expect(ages).toEqual(['now', 'now', '42 s ago', '5 min ago', '2 h ago', '2 d ago']);
});

test('durations keep a tenth of a second only while it matters', () => {
  expect([800, 12_000, 125_000, 3_720_000].map(duration)).toEqual(['0.8 s', '12 s', '2 min 5 s', '1 h 2 min']);
});
