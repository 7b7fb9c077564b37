import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { z } from 'zod';

const Secrets = z.object({
  redisPassword: z.string(),
  clickHouse: z.object({ writer: z.string(), analyst: z.string() }),
  /** 32 bytes in base64: seals the vault and files at rest. */
  vaultKey: z.string(),
  sessionKey: z.string(),
  firstLogin: z.object({ login: z.string(), password: z.string() }),
});

export type Secrets = z.output<typeof Secrets>;

const password = (): string => randomBytes(12).toString('base64url');

/** The secrets of an installation: generated at the first call into a file of mode 0600, the same ever after. */
export function ensureSecrets(path: string): Secrets {
  try {
    return Secrets.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  const secrets: Secrets = {
    redisPassword: password(),
    clickHouse: { writer: password(), analyst: password() },
    vaultKey: randomBytes(32).toString('base64'),
    sessionKey: randomBytes(32).toString('base64'),
    firstLogin: { login: 'admin', password: password() },
  };
  writePrivate(path, `${JSON.stringify(secrets, null, 2)}\n`);
  return secrets;
}

/** Writes a file only its owner reads; a crash leaves the old one or the new one. */
export function writePrivate(path: string, text: string): void {
  const half = `${path}.${process.pid}`;
  const file = openSync(half, 'w', 0o600);
  writeSync(file, text);
  fsyncSync(file);
  closeSync(file);
  renameSync(half, path);
}
