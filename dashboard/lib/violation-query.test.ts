import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GatewayError } from './graphql-answer.ts';
import { askWithout, matchesFilter, parseViolationQuery, toViolationFilter, violationHref } from './violation-query.ts';

const readWhole = (address: string) =>
  parseViolationQuery(Object.fromEntries(new URL(address, 'http://local').searchParams));
const read = (address: string) => readWhole(address).query;

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

test('a wrong value of an address is said and ignored, the rest holds', () => {
  const address = '/violations?state=broken&riskLevel=high&from=yesterday&to=2026-13-45&storeId=';
  const { query, ignored } = readWhole(address);
  expect(query).toEqual({ riskLevel: 'HIGH' });
  expect(ignored.map(({ field }) => field)).toEqual(['state', 'from', 'to']);
  expect(ignored[0]?.message).toBe('the address says state=broken, which is ignored: open or closed is needed');
});

test('a day that is not in the calendar, or not in the range of the gateway, is said and ignored', () => {
  for (const day of ['2026-02-30', '2026-04-31', '2027-02-29', '9999-12-31', '1900-01-01', '1969-12-31', '2100-01-01'])
    for (const field of ['from', 'to']) {
      const { query, ignored } = readWhole(`/violations?${field}=${day}`);
      expect([day, query, ignored.length]).toEqual([day, {}, 1]);
      expect(ignored[0]?.message).toContain(`${field}=${day}`);
    }
});

test('the first and the last day that the gateway takes fit its range in every time zone', () => {
  for (const timeZone of ['Pacific/Kiritimati', 'Europe/Berlin', 'UTC', 'Pacific/Pago_Pago']) {
    const { query, ignored } = readWhole('/violations?from=1970-01-01&to=2099-12-31');
    expect(ignored).toEqual([]);
    const { from, to } = toViolationFilter(query, timeZone);
    expect(Date.parse(from ?? '')).toBeGreaterThanOrEqual(0);
    expect(Date.parse(to ?? '')).toBeLessThanOrEqual(Date.UTC(2100, 0, 1));
  }
});

test('a value that the gateway refuses is said and ignored; any other trouble stays an error', async () => {
  const refused: Record<string, string> = { after: 'this is not a cursor of this list', to: 'it lies before `from`' };
  const asked = await askWithout(readWhole('/violations?after=garbage&to=2026-01-01&state=open'), async query => {
    for (const [field, message] of Object.entries(refused))
      if (field in query) throw new GatewayError('BAD_INPUT', message, { field });
    return 'rows';
  });
  expect(asked.answer).toBe('rows');
  expect(asked.query).toEqual({ state: 'OPEN' });
  expect(asked.ignored.map(({ message }) => message)).toEqual([
    'the address says after=garbage, which is ignored: this is not a cursor of this list',
    'the address says to=2026-01-01, which is ignored: it lies before `from`',
  ]);
  for (const error of [new GatewayError('UNREACHABLE', 'x'), new GatewayError('BAD_INPUT', 'x', { field: 'first' })])
    await expect(askWithout(readWhole('/violations'), () => Promise.reject(error))).rejects.toBe(error);
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
