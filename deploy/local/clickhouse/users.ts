import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { ClickHouseError } from './errors.ts';

export const USERS = ['writer', 'analyst'] as const;
export type UserName = (typeof USERS)[number];

/** SHA-256 of each user's password, in hex. Passwords are random and long, so nobody can guess one from its hash. */
export type PasswordHashes = Readonly<Record<UserName, string>>;

export const hashPassword = (password: string): string => createHash('sha256').update(password).digest('hex');

/** Stands in for an unknown user, so that a wrong name takes as long as a wrong password. */
const NOBODY = hashPassword('');

/** The user of a request, from header, Basic authorization or URL. Throws ClickHouseError 516 for a wrong name or password. */
export function authenticate(headers: IncomingHttpHeaders, url: URLSearchParams, hashes: PasswordHashes): UserName {
  const basic = /^Basic (.+)$/i.exec(headers.authorization ?? '')?.[1];
  const [basicUser, basicKey] = basic ? Buffer.from(basic, 'base64').toString('utf8').split(/:(.*)/s) : [];
  const name = one(headers['x-clickhouse-user']) ?? basicUser ?? url.get('user') ?? 'default';
  const key = one(headers['x-clickhouse-key']) ?? basicKey ?? url.get('password') ?? '';
  const user = USERS.find(known => known === name);
  const isRight = timingSafeEqual(
    Buffer.from(hashPassword(key), 'hex'),
    Buffer.from(user === undefined ? NOBODY : hashes[user], 'hex'),
  );
  if (user !== undefined && isRight) return user;
  const text = `${name}: Authentication failed: password is incorrect, or there is no user with such name`;
  throw new ClickHouseError(516, text, 'AUTHENTICATION_FAILED');
}

const one = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);
