export { type Cell, connectCell, logOptions, MissingTopicError } from './cell/cell.ts';
export { allTopics, createTopics } from './cell/create-topics.ts';
export { deadLetterTarget } from './cell/dead-letter-target.ts';
export { bindRegistry } from './cell/registry.ts';
export { recreateTopics, testCell, testCellEnv } from './cell/test-cell.ts';
export { deadLettersOf, type ForeignRecord, foreignRecords, rewind } from './cell/test-foreign-records.ts';
export type { FollowedRecord, FollowingOptions } from './cell/topic-follower.ts';
export { DeadLetters } from './records/dead-letters.ts';
export { type GroupBatch, GroupReader, type Place } from './records/group-reader.ts';
export { retryForever } from './records/retry.ts';
export { Sender } from './records/sender.ts';
export { WatchedChannel } from './redis/watched-channel.ts';
export { type FrameHop, FrameHops } from './run/frame-hops.ts';
export { type HealthServer, serveHealth } from './run/health.ts';
export type { HealthReport, HealthStatus } from './run/health-report.ts';
export { createLogger, type Logger } from './run/logger.ts';
export { RateMeter } from './run/rate-meter.ts';
export { type ProcessContext, type RunningProcess, runProcess } from './run/run.ts';
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
} from './settings/env.ts';
export { readSecrets, type SecretKey } from './settings/secrets.ts';
