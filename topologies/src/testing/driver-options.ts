import type { ErrorHandler } from '@sightline/processors/runtime';
import type { AnyTopic } from '@sightline/schemas/topic';

export interface DriverOptions {
  readonly applicationId?: string;
  /** Of every topic that does not state its own; default 1. */
  readonly partitions?: number;
  /** Wall clock at the start, ms since 1970; default 2026-01-01. It moves by `advanceWallClockTime` alone. */
  readonly startMs?: number;
  readonly deadLetters?: AnyTopic;
  readonly onProcessError?: ErrorHandler;
  readonly onDecodeError?: ErrorHandler;
  /** `each` (default): a commit after every record; `manual`: by `commit()`, so that a crash can lose something. */
  readonly commit?: 'each' | 'manual';
  /** Of what nodes hold back until a commit (statestore.cache.max.bytes); 0: nothing. Default the application's. */
  readonly cacheMaxBytes?: number;
  /** How long a task waits for an empty topic, by the driver's clock (max.task.idle.ms); default 0. */
  readonly maxTaskIdleMs?: number;
  /** Default exactly-once (processing.guarantee). */
  readonly processingGuarantee?: 'exactly-once' | 'at-least-once';
}
