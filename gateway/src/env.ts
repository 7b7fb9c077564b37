import { cellEnv, clickHouseEnv, dataEnv, parseEnv, port, redisEnv } from '@sightline/processors/process';
import { z } from 'zod';
import { clientAddresses } from './auth/client-address.ts';

const HealthTargets = z
  .string()
  .default('{}')
  .transform((text, context): Record<string, string> => {
    const parsed = z.record(z.string(), z.url()).safeParse(parseJson(text));
    if (parsed.success) return parsed.data;
    context.addIssue({ code: 'custom', message: 'must be JSON like {"ingest":"http://127.0.0.1:9101/health"}' });
    return z.NEVER;
  });

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const TrustedProxies = z
  .string()
  .default('')
  .transform((text, context): readonly string[] => {
    const entries = text.split(',').map(entry => entry.trim());
    const given = entries.filter(entry => entry !== '');
    try {
      clientAddresses(given);
      return given;
    } catch {
      context.addIssue({ code: 'custom', message: 'must be addresses or ranges like 127.0.0.1,10.0.0.0/8' });
      return z.NEVER;
    }
  });

/** Settings of the gateway. */
export const gatewaySettings = {
  ...cellEnv,
  ...dataEnv,
  ...redisEnv,
  ...clickHouseEnv,
  GATEWAY_HOST: z.string().default('127.0.0.1').describe('address the front door listens on'),
  GATEWAY_PORT: port.default(8080).describe('port of the front door; 0: any free one'),
  DASHBOARD_URL: z
    .url()
    .default('http://127.0.0.1:3000')
    .describe('URL of the dashboard; requests below /app are forwarded to it'),
  GATEWAY_MEMORY_DAYS: z.coerce
    .number()
    .min(0.01)
    .max(90)
    .default(7)
    .describe('number of days: violations with a record in them are served from memory, older ones from ClickHouse'),
  GATEWAY_MEMORY_MB: z.coerce
    .number()
    .min(1)
    .default(512)
    .describe('largest memory for violations, in megabytes; the oldest are dropped first'),
  METRICS_PORT: port.default(0).describe('port of /metrics on the loopback; 0: any free one'),
  TRUSTED_PROXIES: TrustedProxies.describe(
    'proxies in front of the gateway, as addresses or ranges; only they may name the client in X-Forwarded-For',
  ),
  CONNECTIONS_PER_ADDRESS: z.coerce
    .number()
    .int()
    .positive()
    .default(512)
    .describe('largest number of open connections of one address, except those of trusted proxies'),
  ONVIF_LOOPBACK: z
    .enum(['true', 'false'])
    .default('false')
    .transform(value => value === 'true')
    .describe('true: ONVIF cameras may be programs on this machine itself, at 127.0.0.1'),
  HEALTH_TARGETS: HealthTargets.describe('health addresses of the other processes by name, as JSON'),
} as const;

export type GatewayEnv = ReturnType<typeof parseEnv<typeof gatewaySettings>>;

export const readEnv = (): GatewayEnv => parseEnv(process.env, gatewaySettings);
