import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { ConfigurationError } from './env.ts';

/** vaultKey encrypts personal data of the vault, cameraKey cameras' logins in it; blobKey encrypts stored files. */
export type SecretKey = 'vaultKey' | 'cameraKey' | 'blobKey';

const Key = z
  .base64()
  .transform(text => Buffer.from(text, 'base64'))
  .refine(key => key.length === 32, 'must be 32 bytes in base64');

/**
 * Reads the keys that a process needs, 32 bytes each, from its file of secrets. Never logs them. Throws
 * ConfigurationError.
 */
export function readSecrets<K extends SecretKey>(path: string, names: readonly K[]): Readonly<Record<K, Buffer>> {
  let secrets: unknown;
  try {
    secrets = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new ConfigurationError(`SIGHTLINE_SECRETS: ${path} cannot be read as JSON; \`npm start\` creates it`, {
      cause: error,
    });
  }
  const parsed = z.object(Object.fromEntries(names.map(name => [name, Key]))).safeParse(secrets);
  if (parsed.success) return parsed.data as Record<K, Buffer>;
  const wrong = parsed.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`);
  throw new ConfigurationError(`SIGHTLINE_SECRETS: ${wrong.join('; ')}`);
}
