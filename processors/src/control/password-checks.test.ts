import { readFile } from 'node:fs/promises';
import { afterEach, expect, test } from 'vitest';
import { hashPassword, isPassword } from './password.ts';
import { PasswordChecks, PasswordChecksBusyError } from './password-checks.ts';

let checks: PasswordChecks | undefined;
afterEach(() => checks?.close());

/** The result of a check. */
const outcome = (check: Promise<boolean>): Promise<string> =>
  check.then(String, (error: unknown) => (error instanceof PasswordChecksBusyError ? error.whose : String(error)));

test('the password that was hashed is right and every other is wrong, whatever form its letters came in', async () => {
  const hashed = await hashPassword('caf\u00e9 au lait');
  expect(isPassword('cafe\u0301 au lait', hashed)).toBe(true);
  expect(isPassword('cafe au lait', hashed)).toBe(false);
  expect(isPassword('', 'not$a$hash')).toBe(false);
});

test('checks run on threads of their own: a file is read while they wait', { timeout: 60_000 }, async () => {
  const own = new PasswordChecks({ threads: 1, max: 10, maxPerAsker: 10 });
  checks = own;
  const hashed = await hashPassword('right');
  let checked = 0;
  for (let i = 0; i < 10; i++) void outcome(own.check('wrong', hashed, 'one')).then(() => checked++);
  // On Node's own four threads this would wait until six of the ten are done.
  await readFile(new URL(import.meta.url));
  expect(checked).toBeLessThan(5);
  expect(own.running).toBe(10 - checked);
});

test('an asker beyond its share is refused, everyone beyond the total too, and both are accepted later', {
  timeout: 60_000,
}, async () => {
  const own = new PasswordChecks({ threads: 1, max: 3, maxPerAsker: 2 });
  checks = own;
  const hashed = await hashPassword('right');
  const first = [outcome(own.check('right', hashed, 'one')), outcome(own.check('wrong', hashed, 'one'))];
  expect(await outcome(own.check('right', hashed, 'one'))).toBe('asker');
  const second = outcome(own.check('right', hashed, 'two'));
  expect(await outcome(own.check('right', hashed, 'two'))).toBe('all');
  expect(own.running).toBe(3);
  expect(await Promise.all([...first, second])).toEqual(['true', 'false', 'true']);
  expect(own.running).toBe(0);
  expect(await outcome(own.check('right', hashed, 'one'))).toBe('true');
});
