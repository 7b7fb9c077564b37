import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchesFilter, parseViolationQuery, toViolationFilter, violationHref } from './violation-query.ts';

const read = (address: string) =>
  parseViolationQuery(Object.fromEntries(new URL(address, 'http://local').searchParams));

test('an address gives the query it was made from', () => {
  const query = fc.record(
    {
      storeId: fc.string({ minLength: 1 }),
      cameraId: fc.string({ minLength: 1 }),
      violationType: fc.string({ minLength: 1 }),
      state: fc.constantFrom('OPEN' as const, 'CLOSED' as const),
      riskLevel: fc.constantFrom('LOW' as const, 'MEDIUM' as const, 'HIGH' as const),
      from: fc.constantFrom('2026-11-01', '2026-02-28'),
      to: fc.constantFrom('2026-11-21'),
      after: fc.string({ minLength: 1 }),
    },
    { requiredKeys: [], noNullPrototype: true },
  );
  fc.assert(
    fc.property(query, one => {
      expect(read(violationHref(one))).toEqual(one);
    }),
  );
});

test('words of ours are in lower case in the address, as in the topics', () => {
  expect(violationHref({ state: 'OPEN', riskLevel: 'HIGH' })).toBe('/violations?state=open&riskLevel=high');
});

test('no filter is the plain address', () => {
  expect(violationHref({})).toBe('/violations');
});

test('what an address says wrongly is left out, the rest holds', () => {
  expect(read('/violations?state=broken&riskLevel=high&from=yesterday&to=2026-13-45&storeId=')).toEqual({
    riskLevel: 'HIGH',
  });
});

test("days are whole days in the store's time zone, the last one included", () => {
  expect(toViolationFilter({ from: '2026-11-20', to: '2026-11-21' }, 'Europe/Berlin')).toEqual({
    from: '2026-11-19T23:00:00.000Z',
    to: '2026-11-21T23:00:00.000Z',
  });
});

test('a fresh violation is in the list exactly when all of the filter holds', () => {
  const violation = {
    storeId: 'store-1',
    cameraId: 'cam-1',
    violationType: 'hand_no_scooper',
    state: 'OPEN',
    riskLevel: 'HIGH',
    startedAt: '2026-11-21T10:00:00.000Z',
  } as const;
  expect(matchesFilter({}, violation)).toBe(true);
  expect(matchesFilter({ storeId: 'store-1', state: 'OPEN' }, violation)).toBe(true);
  expect(matchesFilter({ storeId: 'store-1', state: 'CLOSED' }, violation)).toBe(false);
  expect(matchesFilter({ from: '2026-11-21T10:00:00.000Z' }, violation)).toBe(true);
  expect(matchesFilter({ to: '2026-11-21T10:00:00.000Z' }, violation)).toBe(false);
});
