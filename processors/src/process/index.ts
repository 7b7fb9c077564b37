export { type Cell, connectCell, logOptions, MissingTopicError } from './cell.ts';
export { DeadLetters, deadLetter } from './dead-letter.ts';
export {
  type CellEnv,
  ConfigurationError,
  cellEnv,
  clickHouseEnv,
  type DataEnv,
  dataEnv,
  parseEnv,
  port,
  redisEnv,
} from './env.ts';
export { GroupReader, type GroupReaderOptions } from './group-reader.ts';
export { type HealthReport, type HealthServer, type HealthStatus, serveHealth } from './health.ts';
export { createLogger, type Logger } from './logger.ts';
export { RateMeter } from './rate-meter.ts';
export { bindRegistry } from './registry.ts';
export { type RetryOptions, retryForever } from './retry.ts';
export { type ProcessContext, type RunningProcess, runProcess } from './run.ts';
export { readSecrets, type SecretKey } from './secrets.ts';
export { testCell, testCellEnv } from './test-cell.ts';
