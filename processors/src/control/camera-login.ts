import { z } from 'zod';
import type { Vault } from './vault.ts';

/** Login of a camera's stream. It is in the vault, sealed with the camera key, under the camera's `loginId`. */
export const CameraLogin = z.object({ user: z.string(), password: z.string() });
export type CameraLogin = z.infer<typeof CameraLogin>;

/** The login of this id; undefined: there is none. Throws VaultSealedError. */
export function findCameraLogin(vault: Pick<Vault, 'get'>, loginId: string): CameraLogin | undefined {
  const found = vault.get(loginId);
  return found === undefined ? undefined : CameraLogin.parse(found);
}

/** The address with the login, whose special characters are percent-encoded (RFC 3986). */
export function withLogin(url: string, { user, password }: CameraLogin): string {
  const secret = password === '' ? '' : `:${encoded(password)}`;
  return url.replace(/^([a-z]+:\/\/)/i, (_, scheme: string) => `${scheme}${encoded(user)}${secret}@`);
}

/** Also encodes what `encodeURIComponent` leaves and some cameras take for a delimiter. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, found => `%${found.charCodeAt(0).toString(16).toUpperCase()}`);
