import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { ClickHouseError } from './errors.ts';

export type UserName = 'writer' | 'analyst';
export type Passwords = Readonly<Record<UserName, string>>;

const MIB = 1_048_576;

/** How many statements of analysts run at once; more wait. The engine's threads are enough for these and the writers. */
export const ANALYSTS_AT_ONCE = 4;

/** What an analyst's statement may take; set before `readonly`, which then keeps it so. */
export const ANALYST_LIMITS: Readonly<Record<string, string>> = {
  max_execution_time: '30',
  max_memory_usage: String(2_048 * MIB),
  max_result_bytes: String(256 * MIB),
  max_threads: '2',
};

/** Settings an analyst may give: how a result looks, never how much it may take. */
const ANALYST_SETTINGS =
  /^(output_format_\w+|date_time_output_format|session_timezone|limit|offset|join_use_nulls|union_default_mode)$/;

/** Who asks, by header, Basic authorization or URL; throws ClickHouseError 516 for a wrong name or password. */
export function authenticate(headers: IncomingHttpHeaders, url: URLSearchParams, passwords: Passwords): UserName {
  const basic = /^Basic (.+)$/i.exec(headers.authorization ?? '')?.[1];
  const [basicUser, basicKey] = basic ? Buffer.from(basic, 'base64').toString('utf8').split(/:(.*)/s) : [];
  const user = one(headers['x-clickhouse-user']) ?? basicUser ?? url.get('user') ?? 'default';
  const key = one(headers['x-clickhouse-key']) ?? basicKey ?? url.get('password') ?? '';
  if ((user === 'writer' || user === 'analyst') && same(passwords[user], key)) return user;
  const text = `${user}: Authentication failed: password is incorrect, or there is no user with such name`;
  throw new ClickHouseError(516, text, 'AUTHENTICATION_FAILED');
}

/** Throws ClickHouseError 164 when the user may not change this setting. */
export function mayChange(user: UserName, setting: string): void {
  if (user === 'analyst' && !ANALYST_SETTINGS.test(setting))
    throw new ClickHouseError(164, `Cannot modify '${setting}' setting in readonly mode`, 'READONLY');
}

const one = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);

function same(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
