import { z } from 'zod';
import { cellEnv, dataEnv, parseEnv } from '../process/index.ts';

export const evidenceEnv = {
  ...cellEnv,
  ...dataEnv,
  INSTANCE_ID: z
    .string()
    .optional()
    .describe('unique to this process and kept over restarts: it has its partitions back at once (group.instance.id)'),
} as const;
export type EvidenceEnv = ReturnType<typeof readEnv>;
export const readEnv = (source: NodeJS.ProcessEnv) => parseEnv(source, evidenceEnv);
