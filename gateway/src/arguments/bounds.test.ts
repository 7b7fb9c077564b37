import { expect, test } from 'vitest';
import { parseTime } from './bounds.ts';

test('a time is ISO 8601 text or milliseconds; without a zone it is in UTC', () => {
  const ms = Date.UTC(2026, 1, 28);
  for (const text of ['2026-02-28', '2026-02-28T00:00', '2026-02-28T01:00+01:00', '2026-02-28T00:00:00.000Z', `${ms}`])
    expect([text, parseTime(text)]).toEqual([text, ms]);
  expect(parseTime('2028-02-29')).toBe(Date.UTC(2028, 1, 29));
});

test('a day or an hour that does not exist is no time', () => {
  const days = [
    '2026-02-30',
    '2026-02-29',
    '2026-04-31T10:00Z',
    '2026-06-31T23:30:00-02:00',
    '2026-13-01',
    '2026-00-10',
  ];
  for (const text of [...days, '2026-01-00', '2026-01-32', '2026-01-01T25:00', '2026-01-01T10:60', 'tomorrow'])
    expect([text, parseTime(text)]).toEqual([text, undefined]);
});
