import { z } from 'zod';
import type { Vault } from './vault.ts';

/** A person's credentials, in the vault under `login:<login>`. Role and grants are in the control log. */
export const Login = z.object({ userId: z.string(), login: z.string(), passwordHash: z.string() });
export type Login = z.infer<typeof Login>;

export const loginVaultId = (login: string): string => `login:${login.trim().toLowerCase()}`;

/** The login of this name, or undefined. */
export function findLogin(vault: Vault, login: string): Login | undefined {
  const found = vault.get(loginVaultId(login));
  return found === undefined ? undefined : Login.parse(found);
}
