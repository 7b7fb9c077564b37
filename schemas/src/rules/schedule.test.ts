import { expect, test } from 'vitest';
import { isOpen } from './schedule.ts';

const at = (iso: string): number => Date.parse(iso);
const weekdays = [1, 2, 3, 4, 5];

test('no hours means always', () => {
  expect(isOpen([], 'Europe/Berlin', 0)).toBe(true);
});

test('hours are local to the store, in winter and in summer', () => {
  const hours = [{ days: weekdays, from: '09:00', to: '17:00' }];
  const open = [
    '2026-01-05T08:00Z',
    '2026-01-05T07:59Z',
    '2026-07-06T07:00Z',
    '2026-07-06T15:00Z',
    '2026-07-05T10:00Z',
  ];
  expect(open.map(time => isOpen(hours, 'Europe/Berlin', at(time)))).toEqual([true, false, true, false, false]);
});

test('hours past midnight belong to the day they began on', () => {
  const hours = [{ days: [5], from: '22:00', to: '02:00' }];
  const times = [
    '2026-01-09T23:00Z',
    '2026-01-10T01:59Z',
    '2026-01-10T02:00Z',
    '2026-01-10T23:00Z',
    '2026-01-09T01:00Z',
  ];
  expect(times.map(time => isOpen(hours, 'UTC', at(time)))).toEqual([true, true, false, false, false]);
});
