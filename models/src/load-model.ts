import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { ModelCardInvalidError, ModelFileMissingError, ModelHashMismatchError } from './errors.ts';
import { type ModelCard, modelCardSchema } from './model-card.ts';

export type LoadedModel = { readonly card: ModelCard; readonly bytes: Uint8Array };

/**
 * Reads a card and the ONNX file it names, and checks the file against the card's hash. Throws `ModelCardInvalidError`,
 * `ModelFileMissingError` or `ModelHashMismatchError`.
 */
export async function loadModel(cardPath: string): Promise<LoadedModel> {
  const card = await readCard(cardPath);
  const file = resolve(dirname(cardPath), card.file);
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new ModelFileMissingError(cardPath, card.file, cause);
  });
  const sha256 = sha256Of(bytes);
  if (sha256 !== card.sha256) throw new ModelHashMismatchError(card.file, card.sha256, sha256);
  return { card, bytes };
}

export async function readCard(cardPath: string): Promise<ModelCard> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(cardPath, 'utf8'));
  } catch (cause: unknown) {
    throw new ModelCardInvalidError(cardPath, 'it is not readable JSON', cause);
  }
  const parsed = modelCardSchema.safeParse(json);
  if (!parsed.success) throw new ModelCardInvalidError(cardPath, z.prettifyError(parsed.error));
  return parsed.data;
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
