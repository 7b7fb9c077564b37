import { randomBytes } from 'node:crypto';
import { findLogin, loginVaultId, openControl, openVault } from '@sightline/processors/control';
import { testCell } from '@sightline/processors/process';
import { topics } from '@sightline/schemas';
import { expect, test } from 'vitest';
import { seedLogin } from './seed.ts';

const unexpected = (error: unknown): void => {
  throw error;
};

test('the first login is made once: deleted, it stays deleted at every later start', async () => {
  const cell = await testCell([topics.control, topics.vault]);
  const key = randomBytes(32);
  const start = async () => {
    const control = await openControl(cell, unexpected);
    const vault = await openVault(cell, key);
    await seedLogin(control, vault, { login: 'admin', password: 'correct horse' });
    return { control, vault };
  };

  const first = await start();
  const made = findLogin(first.vault, 'admin');
  expect(made?.userId).toBe('first-login');
  expect(first.control.fold.entity('user', 'first-login')?.value.active).toBe(true);
  const again = await start();
  expect(findLogin(again.vault, 'admin')).toEqual(made);

  await again.vault.remove(loginVaultId('admin'));
  await again.control.append({ actor: 'test', changes: [{ kind: 'user', id: 'first-login', value: null }] });
  const last = await start();
  expect(findLogin(last.vault, 'admin')).toBe(undefined);
  expect(last.control.fold.entity('user', 'first-login')).toBe(undefined);

  for (const { control, vault } of [first, again, last]) {
    await control.close();
    await vault.close();
  }
  await cell.close();
});
