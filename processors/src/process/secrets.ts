import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { ConfigurationError } from './env.ts';

const Secrets = z.object({
  /** 32 bytes, base64: seals the vault and files at rest. */
  vaultKey: z
    .base64()
    .transform(text => Buffer.from(text, 'base64'))
    .refine(key => key.length === 32, 'must be 32 bytes in base64'),
});

export type Secrets = z.output<typeof Secrets>;

/** Reads the generated secrets; never logs them. */
export function readSecrets(path: string): Secrets {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigurationError('SIGHTLINE_SECRETS: the file cannot be read; `npm start` makes it', { cause: error });
  }
  const parsed = Secrets.safeParse(JSON.parse(text));
  if (!parsed.success)
    throw new ConfigurationError(
      `SIGHTLINE_SECRETS: ${parsed.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`).join('; ')}`,
    );
  return parsed.data;
}
