import { z } from 'zod';
import { cellEnv, dataEnv, parseEnv } from '../process/index.ts';

export const evidenceEnv = {
  ...cellEnv,
  ...dataEnv,
  GROUP_INSTANCE_ID: z
    .string()
    .optional()
    .describe(
      'name of this process in its group, the same after a restart, so that it gets its partitions back at once (group.instance.id)',
    ),
} as const;
export const readEnv = (source: NodeJS.ProcessEnv) => parseEnv(source, evidenceEnv);
