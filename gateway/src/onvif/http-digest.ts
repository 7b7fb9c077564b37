import { createHash, randomBytes } from 'node:crypto';
import { OnvifError } from './onvif-error.ts';

export interface DigestRequest {
  readonly method: string;
  readonly path: string;
  readonly user: string;
  readonly password: string;
}

interface Challenge {
  readonly realm: string;
  readonly nonce: string;
  readonly algorithm: 'md5' | 'sha256';
  readonly auth: boolean;
  readonly opaque: string | undefined;
  /** The algorithm's name as the camera wrote it; undefined: it wrote none, which means MD5. */
  readonly algorithmName: string | undefined;
}

const ALGORITHMS: Readonly<Record<string, Challenge['algorithm']>> = { MD5: 'md5', 'SHA-256': 'sha256' };

/** What a header can have: ISO 8859-1 without control characters. */
const IN_A_HEADER = /^[\x20-\x7e\xa0-\xff]*$/;

/**
 * The `Authorization` header that answers the strongest challenge (RFC 7616: SHA-256, MD5; `auth` or no qop). Throws
 * OnvifError when no challenge can be answered. `cnonce`: for tests.
 */
export function digestAuthorization(
  headers: readonly string[],
  { method, path, user, password }: DigestRequest,
  cnonce: string = randomBytes(16).toString('base64'),
): string {
  const challenges = headers.flatMap(header => challengeOf(header) ?? []);
  const challenge = challenges.find(({ algorithm }) => algorithm === 'sha256') ?? challenges[0];
  if (challenge === undefined) throw new OnvifError('login', unanswerable(headers));
  if (!IN_A_HEADER.test(user))
    throw new OnvifError(
      'login',
      'the camera asks for a login by HTTP digest, which takes only Latin letters in the user: give it a user of such letters',
    );
  const { realm, nonce, algorithm, auth, opaque, algorithmName } = challenge;
  const hash = (...parts: readonly string[]): string => createHash(algorithm).update(parts.join(':')).digest('hex');
  const nc = '00000001';
  const [ha1, ha2] = [hash(user, realm, password), hash(method, path)];
  const response = auth ? hash(ha1, nonce, nc, cnonce, 'auth', ha2) : hash(ha1, nonce, ha2);
  return `Digest ${[
    `username=${quoted(user)}`,
    `realm=${quoted(realm)}`,
    `nonce=${quoted(nonce)}`,
    `uri=${quoted(path)}`,
    ...(algorithmName === undefined ? [] : [`algorithm=${algorithmName}`]),
    ...(auth ? ['qop=auth', `nc=${nc}`, `cnonce=${quoted(cnonce)}`] : []),
    `response=${quoted(response)}`,
    ...(opaque === undefined ? [] : [`opaque=${quoted(opaque)}`]),
  ].join(', ')}`;
}

function unanswerable(headers: readonly string[]): string {
  const schemes = headers.map(header => header.trim().split(/\s/, 1)[0]?.toLowerCase());
  if (schemes.includes('digest'))
    return 'the camera asks for a login by a digest that is incomplete or of an unknown kind: update its firmware, or set its authentication to digest (MD5 or SHA-256)';
  if (schemes.includes('basic'))
    return "the camera asks for Basic, which sends the password readable: set its authentication to digest, or paste its stream's address instead";
  return 'the camera refuses the request and names no way to sign in: turn ONVIF on in its settings';
}

/** Undefined: it is no digest challenge that can be answered. */
function challengeOf(header: string): Challenge | undefined {
  const [, text] = /^\s*digest\s+(.*)$/is.exec(header) ?? [];
  if (text === undefined) return undefined;
  const fields = new Map(
    [...text.matchAll(/([a-z0-9_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/gi)].map(
      ([, name = '', inQuotes, bare]) => [name.toLowerCase(), inQuotes?.replace(/\\(.)/g, '$1') ?? bare ?? ''] as const,
    ),
  );
  const [realm, nonce, qop] = [fields.get('realm'), fields.get('nonce'), fields.get('qop')];
  const algorithm = ALGORITHMS[(fields.get('algorithm') ?? 'MD5').toUpperCase()];
  const auth = qop?.split(',').some(one => one.trim().toLowerCase() === 'auth');
  if (realm === undefined || nonce === undefined || algorithm === undefined || auth === false) return undefined;
  const unsafe = [realm, nonce, fields.get('opaque') ?? ''].some(value => /[^\x20-\x7e\xa0-\xff]/.test(value));
  if (unsafe) return undefined;
  return {
    ...{ realm, nonce, algorithm, opaque: fields.get('opaque'), algorithmName: fields.get('algorithm') },
    auth: auth === true,
  };
}

const quoted = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&')}"`;
