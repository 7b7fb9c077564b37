import { type Logger, pino } from 'pino';

export type { Logger };

/** JSON lines on standard output: time (ISO), service, level, msg, and the fields given. Secrets are never fields. */
export function createLogger(service: string, level = 'info'): Logger {
  return pino({
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: label => ({ level: label }) },
    redact: { paths: ['password', 'token', 'authorization', 'cookie', '*.password', '*.token'], censor: '[redacted]' },
  });
}
