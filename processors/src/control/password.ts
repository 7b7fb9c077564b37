import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** scrypt (RFC 7914) with N = 2^15, r = 8, p = 1: about 32 MB and 60 ms a check. */
const COST = { N: 32_768, r: 8, p: 1, maxmem: 64 * 1024 * 1024 } as const;

const derive = (password: string, salt: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) =>
    scrypt(password.normalize('NFKC'), salt, 32, COST, (error, key) => (error ? reject(error) : resolve(key))),
  );

/** `scrypt$SALT$HASH`, both base64. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  return `scrypt$${salt.toString('base64')}$${(await derive(password, salt)).toString('base64')}`;
}

/** True when the password matches the hash. The time does not depend on the result. */
export async function verifyPassword(password: string, hashed: string): Promise<boolean> {
  const [scheme, salt = '', hash = ''] = hashed.split('$');
  const expected = Buffer.from(hash, 'base64');
  const actual = await derive(password, Buffer.from(salt, 'base64'));
  return scheme === 'scrypt' && expected.length === actual.length && timingSafeEqual(expected, actual);
}
