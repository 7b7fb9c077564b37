import { randomBytes, type ScryptOptions, scrypt, scryptSync, timingSafeEqual } from 'node:crypto';

/** scrypt (RFC 7914) with N = 2^15, r = 8, p = 1: about 32 MB and 60 ms a check. */
const COST = { N: 32_768, r: 8, p: 1, maxmem: 64 * 1024 * 1024 } as const satisfies ScryptOptions;
const KEY_BYTES = 32;

/** `scrypt$SALT$HASH`, both base64. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await new Promise<Buffer>((resolve, reject) =>
    scrypt(password.normalize('NFKC'), salt, KEY_BYTES, COST, (error, key) => (error ? reject(error) : resolve(key))),
  );
  return `scrypt$${salt.toString('base64')}$${hash.toString('base64')}`;
}

/** True when the password matches the hash. The time does not depend on the result. Blocks its thread. */
export function isPassword(password: string, hashed: string): boolean {
  const [scheme, salt = '', hash = ''] = hashed.split('$');
  const expected = Buffer.from(hash, 'base64');
  const actual = scryptSync(password.normalize('NFKC'), Buffer.from(salt, 'base64'), KEY_BYTES, COST);
  return scheme === 'scrypt' && expected.length === actual.length && timingSafeEqual(expected, actual);
}
