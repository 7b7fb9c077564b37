import { z } from 'zod';
import { cellEnv, clickHouseEnv, parseEnv } from '../process/index.ts';

export const sinkSettings = {
  ...cellEnv,
  ...clickHouseEnv,
  SINK_MAX_ROWS: z.coerce
    .number()
    .int()
    .positive()
    .max(500_000)
    .default(20_000)
    .describe('largest number of rows in a block'),
  SINK_MAX_BYTES: z.coerce
    .number()
    .int()
    .positive()
    .max(128 * 1_048_576) // ClickHouse would split larger ones
    .default(8 * 1_048_576)
    .describe('largest size of a block in bytes, as JSON'),
  SINK_SESSION_TIMEOUT_MS: z.coerce
    .number()
    .int()
    .min(6_000)
    .default(15_000)
    .describe(
      'time without a heartbeat, ms, after which the group reassigns the partitions; an insert may take two thirds (session.timeout.ms)',
    ),
  GROUP_INSTANCE_ID: z
    .string()
    .optional()
    .describe(
      'name of this process in its group, the same after a restart, so that it gets its partitions back at once; absent: every start joins as a new member (group.instance.id)',
    ),
} as const;

export const env = parseEnv(process.env, sinkSettings);
