export {
  DEAD_LETTER_HEADERS,
  type DeadLetterOrigin,
  type DeadLetterTarget,
  DROPPED_BYTES_HEADER,
  deadLetter,
  deadLetterOrigin,
  deadLetterPartition,
} from './dead-letter.ts';
export {
  LOG_ERROR_CODES,
  LogError,
  type LogErrorCode,
  OffsetOutOfRangeError,
  PartitionsChangedError,
  TopicRecreatedError,
} from './errors.ts';
export { Follower, type FollowFrom, type FollowOptions, type FollowReset, type TopicReset } from './follow.ts';
export { type ConnectOptions, connectLog } from './kafkajs/connect-log.ts';
export type * from './log-client.ts';
export { MemoryLog, type MemoryLogOptions } from './memory/memory-log.ts';
export { misplaced } from './misplaced.ts';
export { murmur2, partitionFor } from './murmur2.ts';
