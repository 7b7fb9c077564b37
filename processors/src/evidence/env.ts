import { cellEnv, dataEnv, parseEnv } from '../process/index.ts';

export const evidenceEnv = { ...cellEnv, ...dataEnv } as const;
export type EvidenceEnv = ReturnType<typeof readEnv>;
export const readEnv = (source: NodeJS.ProcessEnv) => parseEnv(source, evidenceEnv);
