import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { providerNames } from '@sightline/models';
import { z } from 'zod';
import { cellEnv, dataEnv, parseEnv, redisEnv } from '../process/index.ts';

/** Cards of the models that ship. */
export const CARDS_FOLDER = join(import.meta.dirname, '../../../models/cards');

export const visionEnv = {
  ...cellEnv,
  ...redisEnv,
  SIGHTLINE_DATA: dataEnv.SIGHTLINE_DATA,
  GROUP_INSTANCE_ID: z
    .string()
    .optional()
    .describe(
      'name of this process in its group, the same after a restart, so that it gets its partitions back at once (group.instance.id)',
    ),
  MODEL_CARD: z
    .string()
    .transform(paths => paths.split(',').map(path => path.trim()))
    .refine(paths => paths.length <= 16, 'a detection has at most 16 results: name at most 16 cards')
    .default([join(CARDS_FOLDER, 'kitchen-v1.json')]) // its path may have a comma
    .describe('cards of the models that look at cameras without a plan of their own, comma-separated'),
  INFERENCE_WORKERS: z.coerce
    .number()
    .int()
    .min(1)
    .max(256)
    .default(Math.max(1, availableParallelism() - 1))
    .describe('threads that decode pictures and run the model, one core each'),
  EXECUTION_PROVIDERS: z
    .string()
    .default('cpu')
    .transform(names => names.split(',').map(name => name.trim()))
    .pipe(z.array(z.enum(providerNames, `name some of ${providerNames.join(', ')}`)))
    .describe('what models run on, comma-separated: a later one runs what an earlier one cannot; each must be there'),
  BATCH_MAX: z.coerce
    .number()
    .int()
    .min(1)
    .max(32)
    .default(4)
    .describe('largest number of pictures in one run of the model'),
  BATCH_WAIT_MS: z.coerce
    .number()
    .min(0)
    .max(1_000)
    .default(0)
    .describe('how long a picture may wait for others to fill a batch; 0: a free thread takes all that wait at once'),
} as const;

export const readEnv = (source: NodeJS.ProcessEnv) => parseEnv(source, visionEnv);
