import { expect, test } from 'vitest';
import { timesOfChanges, wallClock } from '../testing/clock-changes.ts';
import { startOfStep } from './start-of-step.ts';

const changes = timesOfChanges();
const iso = (timeMs: number): string => new Date(timeMs).toISOString();
const startOfDay = (time: string, timeZone: string): string => iso(startOfStep(Date.parse(time), 'DAY', timeZone));

test('a day whose midnight a clock change skips begins at the change', () => {
  expect(startOfDay('2026-09-06T15:00Z', 'America/Santiago')).toBe('2026-09-06T04:00:00.000Z');
  expect(startOfDay('2026-03-08T15:00Z', 'America/Havana')).toBe('2026-03-08T05:00:00.000Z');
  expect(startOfDay('2024-10-06T15:00Z', 'America/Asuncion')).toBe('2024-10-06T04:00:00.000Z');
  expect(startOfDay('2026-04-24T15:00Z', 'Africa/Cairo')).toBe('2026-04-23T22:00:00.000Z');
  expect(startOfDay('2026-03-29T15:00Z', 'Asia/Beirut')).toBe('2026-03-28T22:00:00.000Z');
});

test('around every clock change, a day begins at the first moment that has its date', () => {
  const wrong: string[] = [];
  for (const [timeZone, times] of changes) {
    const clock = wallClock(timeZone);
    const firsts = new Map<string, number>();
    for (const timeMs of times) {
      const date = clock(timeMs).slice(0, 10);
      let firstMs = firsts.get(date) ?? Date.parse(date) - 15 * 3_600_000;
      while (!clock(firstMs).startsWith(date)) firstMs += 900_000;
      firsts.set(date, firstMs);
      const startMs = startOfStep(timeMs, 'DAY', timeZone);
      if (startMs !== firstMs) wrong.push(`${timeZone} ${iso(timeMs)}: ${iso(startMs)}, not ${iso(firstMs)}`);
    }
  }
  expect(wrong).toEqual([]);
}, 120_000);

test('around every clock change, each step begins at a time that belongs to it', () => {
  const wrong: string[] = [];
  for (const [timeZone, times] of changes)
    for (const grain of ['HOUR', 'DAY', 'WEEK', 'MONTH'] as const)
      for (const startMs of new Set(times.map(timeMs => startOfStep(timeMs, grain, timeZone))))
        if (startOfStep(startMs, grain, timeZone) !== startMs) wrong.push(`${timeZone} ${grain} ${iso(startMs)}`);
  expect(wrong).toEqual([]);
}, 120_000);
