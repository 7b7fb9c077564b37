import { z } from 'zod';

const shape = z.object({
  KAFKA_BROKERS: z.string().optional().describe('host:port list of a cluster; unset: embedded'),
  SCHEMA_REGISTRY_URL: z.string().optional().describe('Confluent-compatible registry; unset: embedded'),
  CLICKHOUSE_URL: z.string().optional().describe("a server's HTTP interface; unset: embedded"),
  CLICKHOUSE_USER: z.string().default('default'),
  CLICKHOUSE_PASSWORD: z.string().default(''),
  CLICKHOUSE_DATABASE: z.string().default('default'),
  REDIS_URL: z.string().optional().describe('redis: or rediss: URL; unset: embedded'),
  NAME_PREFIX: z.string().default('').describe('prefix of the names of topics, groups and transactional ids'),
  LOG_LEVEL: z.string().default('info'),
  VIDEOS_DIR: z.string().optional().describe('folder whose video files become cameras'),
  SIGHTLINE_DATA: z.string().optional().describe('folder for data, logs and secrets'),
  SIGHTLINE_CACHE: z.string().optional().describe('folder for fetched parts'),
  SIGHTLINE_MACHINE: z.string().optional().describe("the machine's checks as JSON, from bootstrap"),
  SIGHTLINE_STEPS: z.string().optional().describe('done/total, from bootstrap'),
});

export type Settings = z.output<typeof shape>;

/** Reads the settings from the environment. An empty variable counts as not set. `settings-check.mjs` checks their values. */
export function readSettings(source: NodeJS.ProcessEnv = process.env): Settings {
  return shape.parse(Object.fromEntries(Object.entries(source).filter(([, value]) => value !== '')));
}
