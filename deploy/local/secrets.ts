import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { DataFolder } from './folder.ts';

const Secrets = z.object({
  kafkaPassword: z.string(),
  registryPassword: z.string(),
  redisPassword: z.string(),
  clickHouse: z.object({ writer: z.string(), analyst: z.string() }),
  /** Key of personal data in the vault: 32 bytes in base64. */
  vaultKey: z.string(),
  /** Key of cameras' logins in the vault: 32 bytes in base64. */
  cameraKey: z.string(),
  /** Key of stored files: 32 bytes in base64. */
  blobKey: z.string(),
  firstLogin: z.object({ login: z.string(), password: z.string() }),
});

export type Secrets = z.output<typeof Secrets>;

const Known = Secrets.partial();

const password = (): string => randomBytes(12).toString('base64url');
const key = (): string => randomBytes(32).toString('base64');

const generated = (): Secrets => ({
  kafkaPassword: password(),
  registryPassword: password(),
  redisPassword: password(),
  clickHouse: { writer: password(), analyst: password() },
  vaultKey: key(),
  cameraKey: key(),
  blobKey: key(),
  firstLogin: { login: 'admin', password: password() },
});

/**
 * Reads the secrets of an installation. The first call generates them into a file of mode 0600; later calls add only
 * secrets that the file lacks. Throws when the file is not JSON or a secret in it is not a string.
 */
export function ensureSecrets(path: string): Secrets {
  const known = existsSync(path) ? Known.parse(JSON.parse(readFileSync(path, 'utf8'))) : {};
  const secrets = Secrets.parse({ ...generated(), ...known });
  if (Object.keys(secrets).some(name => !(name in known))) writePrivate(path, `${JSON.stringify(secrets, null, 2)}\n`);
  return secrets;
}

/** The keys that each process needs. */
const KEYS_OF: Readonly<Record<string, readonly ('vaultKey' | 'cameraKey' | 'blobKey')[]>> = {
  gateway: ['vaultKey', 'cameraKey', 'blobKey'],
  ingest: ['cameraKey'],
  evidence: ['blobKey'],
};

/** Writes the keys that a process needs into a separate file of mode 0600 and returns its path; undefined: it needs none. */
export function secretsFor(process: string, secrets: Secrets, folder: DataFolder): string | undefined {
  const keys = KEYS_OF[process];
  if (keys === undefined) return undefined;
  const path = join(folder.folder('secrets'), `${process}.json`);
  writePrivate(path, `${JSON.stringify(Object.fromEntries(keys.map(name => [name, secrets[name]])))}\n`);
  return path;
}

/** Replaces a file that only its owner may read. A crash or a full disk leaves the old file. Throws the error of the disk. */
export function writePrivate(path: string, text: string): void {
  const half = `${path}.${process.pid}`;
  try {
    const file = openSync(half, 'w', 0o600);
    try {
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(half, path);
  } catch (error) {
    rmSync(half, { force: true });
    throw error;
  }
}
