import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { Redis } from 'ioredis';
import { afterAll, expect, test } from 'vitest';
import { TooManyRequestsError, UnavailableError } from '../errors.ts';
import { Attempts, LIMITS, type Try } from './attempts.ts';

const redis = new Redis(process.env.TEST_REDIS_URL ?? '');
afterAll(() => redis.disconnect());

const attempts = (prefix = `${randomUUID()}:`): Attempts => new Attempts(redis, prefix);
const at = (address: string, login = 'admin', device?: string): Try => ({ address, login, device });
const address = (i: number): string => `10.0.${Math.floor(i / 250)}.${(i % 250) + 1}`;

/** True when the try was taken. */
const taken = (of: Attempts, attempt: Try): Promise<boolean> =>
  of.begin(attempt).then(
    () => true,
    (error: unknown) => {
      if (error instanceof TooManyRequestsError) return false;
      throw error;
    },
  );

async function wrong(of: Attempts, tries: readonly Try[]): Promise<number> {
  let count = 0;
  for (const attempt of tries) if (await taken(of, attempt)) count++;
  return count;
}

const many = (count: number, attempt: (i: number) => Try): readonly Try[] =>
  Array.from({ length: count }, (_, i) => attempt(i));

test('ten wrong attempts at a login are accepted from one address, in any case of its letters, by all gateways together', async () => {
  const prefix = `${randomUUID()}:`;
  const [one, other] = [attempts(prefix), attempts(prefix)];
  expect(
    await wrong(
      one,
      many(6, () => at('192.0.2.1')),
    ),
  ).toBe(6);
  expect(
    await wrong(
      other,
      many(6, () => at('192.0.2.1', ' ADMIN ')),
    ),
  ).toBe(4);
  expect(await taken(one, at('192.0.2.2'))).toBe(true);
  expect(await taken(one, at('192.0.2.1', 'berlin'))).toBe(true);
});

test('a refused attempt names the time to wait and does not prolong it', async () => {
  const prefix = `${randomUUID()}:`;
  const one = attempts(prefix);
  await wrong(
    one,
    many(10, () => at('192.0.2.1')),
  );
  const [key = ''] = await redis.keys(`${prefix}sign-in:place:*`);
  const beforeMs = await redis.pttl(key);
  const refusal = await one.begin(at('192.0.2.1')).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(TooManyRequestsError);
  expect(refusal).toMatchObject({ retryAfterSeconds: Math.ceil((await redis.pttl(key)) / 1_000) });
  expect(await redis.pttl(key)).toBeLessThanOrEqual(beforeMs);
  await redis.pexpire(key, 1); // the minute is over
  while (await redis.exists(key)) await new Promise(resolve => setTimeout(resolve, 1));
  expect(await taken(one, at('192.0.2.1'))).toBe(true);
});

test('attempts at many logins from one address, or one IPv6 network, are refused; others are not', async () => {
  const one = attempts();
  expect(
    await wrong(
      one,
      many(60, i => at(`2001:db8::${i}`, `login-${i}`)),
    ),
  ).toBe(LIMITS.address.points);
  expect(await taken(one, at('2001:db8:0:1::1', 'login-1'))).toBe(true);
});

test('a login that is guessed from many addresses stays open to a device and an address that signed in before', async () => {
  const one = attempts();
  await (await one.begin(at('192.0.2.1'))).right();
  expect(
    await wrong(
      one,
      many(120, i => at(address(i))),
    ),
  ).toBe(LIMITS.account.points);
  expect(await taken(one, at('198.51.100.1'))).toBe(false);
  expect(await taken(one, at('192.0.2.1'))).toBe(true);
  expect(await taken(one, at('198.51.100.1', 'admin', 'device-1'))).toBe(true);
  expect(
    await wrong(
      one,
      many(20, () => at('198.51.100.1', 'admin', 'device-1')),
    ),
  ).toBe(9);
});

test('right attempts, and attempts that were not checked, do not count', async () => {
  const one = attempts();
  for (let i = 0; i < 30; i++) await (await one.begin(at('192.0.2.1'))).right();
  for (let i = 0; i < 30; i++) await (await one.begin(at('192.0.2.9'))).takeBack();
  expect(
    await wrong(
      one,
      many(12, () => at('192.0.2.1')),
    ),
  ).toBe(10);
  await wrong(
    one,
    many(120, i => at(address(i))),
  );
  expect(await taken(one, at('192.0.2.9'))).toBe(false); // taking back makes nobody known
});

test('no limit is exceeded, however attempts are spread over addresses and logins and however many come at once', async () => {
  const tries = fc.array(
    fc.record({
      address: fc.constantFrom('10.0.0.1', '10.0.0.2', '10.0.0.3'),
      login: fc.nat({ max: 5 }).map(i => `login-${i}`),
    }),
    { minLength: 60, maxLength: 250 },
  );
  await fc.assert(
    fc.asyncProperty(tries, async list => {
      const one = attempts();
      const outcomes = await Promise.all(
        list.map(async ({ address: from, login }) => ({ from, login, taken: await taken(one, at(from, login)) })),
      );
      const most = (keyOf: (outcome: (typeof outcomes)[number]) => string): number =>
        Math.max(
          0,
          ...Object.values(
            Object.groupBy(
              outcomes.filter(outcome => outcome.taken),
              keyOf,
            ),
          ).map(each => each?.length ?? 0),
        );
      expect(most(({ from, login }) => `${from} ${login}`)).toBeLessThanOrEqual(LIMITS.place.points);
      expect(most(({ from }) => from)).toBeLessThanOrEqual(LIMITS.address.points);
      expect(most(({ login }) => login)).toBeLessThanOrEqual(LIMITS.account.points);
    }),
    { numRuns: 20 },
  );
});

test('without Redis an attempt is unavailable, because it cannot be counted before it is hashed', async () => {
  const away = new Redis({ port: 1, lazyConnect: true, enableOfflineQueue: false, retryStrategy: () => null });
  away.on('error', () => {});
  await expect(new Attempts(away, '').begin(at('192.0.2.1'))).rejects.toBeInstanceOf(UnavailableError);
  away.disconnect();
});
