import { z } from 'zod';

/** A setting is missing or wrong; the message names it, its value and the allowed values. */
export class ConfigurationError extends Error {
  readonly code = 'CONFIGURATION_INVALID';
  readonly retriable = false;
}

/** Reads settings from the environment. Empty strings count as not set. Throws ConfigurationError naming every bad key. */
export function parseEnv<S extends z.ZodRawShape>(source: NodeJS.ProcessEnv, shape: S): z.output<z.ZodObject<S>> {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''));
  const parsed = z.object(shape).safeParse(given);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map(issue => {
    const key = String(issue.path[0]);
    const field = shape[key];
    const meaning = field instanceof z.ZodType ? field.description : undefined;
    return `  ${key}: ${issue.message}${meaning ? ` (${meaning})` : ''}`;
  });
  throw new ConfigurationError(`the environment has wrong settings:\n${lines.join('\n')}`);
}

const flag = z.enum(['true', 'false']).transform(value => value === 'true');
export const port = z.coerce.number().int().min(0).max(65535);

/** Settings of every process: its cell, its health page and its log. */
export const cellEnv = {
  KAFKA_BROKERS: z.string().default('127.0.0.1:9092').describe('host:port list, comma-separated (bootstrap.servers)'),
  KAFKA_SSL: flag.default(false).describe('true: TLS to the brokers (security.protocol)'),
  KAFKA_SSL_CA: z
    .string()
    .optional()
    .describe('path of a PEM file with the authorities to trust (ssl.truststore.location)'),
  KAFKA_SSL_CERT: z
    .string()
    .optional()
    .describe('path of a PEM file with the client certificate (ssl.keystore.location)'),
  KAFKA_SSL_KEY: z.string().optional().describe('path of a PEM file with the client private key (ssl.keystore.key)'),
  KAFKA_SASL_MECHANISM: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']).optional().describe('(sasl.mechanism)'),
  KAFKA_SASL_USERNAME: z.string().default('').describe('user (sasl.jaas.config)'),
  KAFKA_SASL_PASSWORD: z.string().default('').describe('password (sasl.jaas.config)'),
  SCHEMA_REGISTRY_URL: z
    .url()
    .default('http://127.0.0.1:8081')
    .describe('base URL of a Confluent-compatible registry (schema.registry.url)'),
  SCHEMA_REGISTRY_AUTH: z
    .string()
    .regex(/^[^:]+:/, 'must be user:password')
    .optional()
    .describe('user:password of the registry (basic.auth.user.info)'),
  NAME_PREFIX: z
    .string()
    .regex(/^[a-z0-9-]*$/)
    .default('')
    .describe('prefix of the names of topics, groups and transactional ids'),
  HEALTH_HOST: z.string().default('127.0.0.1').describe('address /health listens on'),
  HEALTH_PORT: port.default(0).describe('port /health listens on; 0: any free one'),
  LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error', 'fatal'])
    .default('info')
    .describe('lowest level that is logged'),
} as const;

/** Settings of processes that use files or secrets of the installation. */
export const dataEnv = {
  SIGHTLINE_DATA: z.string().default('.sightline').describe('folder for data of this installation'),
  SIGHTLINE_SECRETS: z
    .string()
    .default('.sightline/secrets.json')
    .describe('file with the generated secrets, mode 0600'),
} as const;

export const redisEnv = {
  REDIS_URL: z.string().default('redis://127.0.0.1:6379').describe('redis: or rediss: URL'),
} as const;

export const clickHouseEnv = {
  CLICKHOUSE_URL: z.url().default('http://127.0.0.1:8123').describe("ClickHouse's HTTP interface"),
  CLICKHOUSE_USER: z.string().default('default').describe('user'),
  CLICKHOUSE_PASSWORD: z.string().default('').describe('password'),
  CLICKHOUSE_DATABASE: z.string().default('default').describe('database'),
} as const;

type ShapeOutput<S extends z.ZodRawShape> = z.output<z.ZodObject<S>>;
export type CellEnv = ShapeOutput<typeof cellEnv>;
export type DataEnv = ShapeOutput<typeof dataEnv>;
