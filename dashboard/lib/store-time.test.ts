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

test('a day whose midnight a clock change skips begins at the change', () => {
  expect(iso(startOfDayMs('2026-09-06', 'America/Santiago'))).toBe('2026-09-06T04:00:00.000Z');
  expect(iso(startOfDayMs('2026-03-08', 'America/Havana'))).toBe('2026-03-08T05:00:00.000Z');
  expect(iso(startOfDayMs('2024-10-06', 'America/Asuncion'))).toBe('2024-10-06T04:00:00.000Z');
  expect(iso(startOfDayMs('2026-04-24', 'Africa/Cairo'))).toBe('2026-04-23T22:00:00.000Z');
  expect(iso(startOfDayMs('2026-03-29', 'Asia/Beirut'))).toBe('2026-03-28T22:00:00.000Z');
});

const CHANGING = [
  'America/Santiago',
  'America/Havana',
  'America/Nuuk',
  'Atlantic/Azores',
  'Africa/Cairo',
  'Asia/Beirut',
];

// Clocks change at full quarters of an hour, so the first quarter with the date is the first moment.
test('each day around a clock change begins at the first moment that has its date', () => {
  const [quarterMs, dayMs] = [900_000, 86_400_000];
  for (const timeZone of CHANGING) {
    const clock = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
    const clockAt = (dayAtMs: number): string => clock.format(dayAtMs).slice(11);
    for (let dayAtMs = Date.UTC(2025, 0, 1); dayAtMs < Date.UTC(2028, 0, 1); dayAtMs += dayMs) {
      if (clockAt(dayAtMs - dayMs) === clockAt(dayAtMs + dayMs)) continue;
      const date = new Date(dayAtMs).toISOString().slice(0, 10);
      let firstMs = dayAtMs - dayMs;
      while (!clock.format(firstMs).startsWith(date)) firstMs += quarterMs;
      expect([timeZone, date, iso(startOfDayMs(date, timeZone))]).toEqual([timeZone, date, iso(firstMs)]);
    }
  }
}, 60_000);

test('a text that is no date has no first moment', () => {
  expect(() => startOfDayMs('yesterday', 'UTC')).toThrow(RangeError);
  expect(() => startOfDayMs('2026-02-30', 'UTC')).toThrow(RangeError);
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
