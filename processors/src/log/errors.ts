import type { TopicPartition } from './log-client.ts';

export const LOG_ERROR_CODES = [
  'OFFSET_OUT_OF_RANGE',
  'TOPIC_UNKNOWN',
  'COMPRESSION_UNSUPPORTED',
  'BATCH_CORRUPT',
  'PRODUCER_DEAD',
  'PRODUCER_FENCED',
  'MEMBER_FENCED',
  'LOG_UNREACHABLE',
  'LOG_REFUSED',
  'LOG_CLOSED',
  'PARTITIONS_CHANGED',
] as const;
export type LogErrorCode = (typeof LOG_ERROR_CODES)[number];

/** An error of the log, and whether trying again can help. */
export class LogError extends Error {
  readonly code: LogErrorCode;
  readonly retriable: boolean;

  constructor(code: LogErrorCode, message: string, options: { cause?: unknown; retriable?: boolean } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'LogError';
    this.code = code;
    this.retriable = options.retriable ?? false;
  }
}

/**
 * The log does not hold the requested position. The client never picks another position itself: this reader has lost
 * the records between the position and the log start.
 */
export class OffsetOutOfRangeError extends LogError {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;

  constructor({ topic, partition }: TopicPartition, offset: bigint) {
    super('OFFSET_OUT_OF_RANGE', `${topic}[${partition}] does not hold offset ${offset}`);
    this.name = 'OffsetOutOfRangeError';
    this.topic = topic;
    this.partition = partition;
    this.offset = offset;
  }
}

/** The topic was deleted and created again, so the position belongs to an earlier topic of the name. */
export class TopicRecreatedError extends OffsetOutOfRangeError {
  constructor(at: TopicPartition, offset: bigint) {
    super(at, offset);
    this.name = 'TopicRecreatedError';
    this.message = `${at.topic}[${at.partition}] at offset ${offset}: the topic was deleted and created again`;
  }
}

/**
 * A topic has another number of partitions than at the start of this client, so partitions chosen by that number are
 * wrong now. Only a new start helps.
 */
export class PartitionsChangedError extends LogError {
  constructor(topic: string, before: number, present: number) {
    const message = `topic ${topic} has ${present} partitions, it had ${before} when this process started: it starts again`;
    super('PARTITIONS_CHANGED', message, { retriable: true });
    this.name = 'PartitionsChangedError';
  }
}
