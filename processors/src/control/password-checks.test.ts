import { readFile } from 'node:fs/promises';
import { afterEach, expect, test } from 'vitest';
import { hashPassword, isPassword } from './password.ts';
import { PasswordChecks, PasswordChecksBusyError } from './password-checks.ts';

let checks: PasswordChecks | undefined;
afterEach(() => checks?.close());

/** What became of a check. */
const outcome = (check: Promise<boolean>): Promise<string> =>
  check.then(String, (error: unknown) => (error instanceof PasswordChecksBusyError ? error.whose : String(error)));

test('the password that was hashed is right and every other is wrong, whatever form its letters came in', async () => {
  const hashed = await hashPassword('caf\u00e9 au lait');
  expect(isPassword('cafe\u0301 au lait', hashed)).toBe(true);
  expect(isPassword('cafe au lait', hashed)).toBe(false);
  expect(isPassword('', 'not$a$hash')).toBe(false);
});

test('checks run on threads of their own: files are read while every thread hashes', async () => {
  checks = new PasswordChecks({ threads: 1, max: 16, maxPerAsker: 16 });
  const hashed = await hashPassword('right');
  const order: string[] = [];
  const all = Array.from({ length: 10 }, async (_, i) => {
    expect(await checks?.check(i === 9 ? 'right' : 'wrong', hashed, 'one')).toBe(i === 9);
    order.push('checked');
  });
  // On Node's own four threads this would wait until six of the ten are done.
  await readFile(new URL(import.meta.url));
  order.push('read');
  await Promise.all(all);
  expect(order).toHaveLength(11);
  expect(order.indexOf('read')).toBeLessThan(5);
});

test('an asker beyond its share is refused, so is everyone beyond the whole, and both are let in again', async () => {
  const own = new PasswordChecks({ threads: 1, max: 6, maxPerAsker: 4 });
  checks = own;
  const hashed = await hashPassword('right');
  const first = Array.from({ length: 6 }, () => outcome(own.check('right', hashed, 'one')));
  const second = Array.from({ length: 4 }, () => outcome(own.check('right', hashed, 'two')));
  expect(own.running).toBe(6);
  expect(await Promise.all(first)).toEqual(['true', 'true', 'true', 'true', 'asker', 'asker']);
  expect(await Promise.all(second)).toEqual(['true', 'true', 'all', 'all']);
  expect(own.running).toBe(0);
  expect(await outcome(own.check('right', hashed, 'one'))).toBe('true');
});
