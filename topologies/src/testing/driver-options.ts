import type { ErrorHandler } from '@sightline/processors/runtime';
import type { AnyTopic } from '@sightline/schemas/topic';

export interface DriverOptions {
  readonly applicationId?: string;
  /** Number of partitions of a topic that states none; default 1. */
  readonly partitions?: number;
  /** Wall clock at the start, ms since 1970; default 2026-01-01. Only `advanceWallClockTime` moves it. */
  readonly startMs?: number;
  readonly deadLetters?: AnyTopic;
  readonly onProcessError?: ErrorHandler;
  readonly onDecodeError?: ErrorHandler;
  /** `each` (default): commits after every record. `manual`: commits by `commit()`, so a crash can lose something. */
  readonly commit?: 'each' | 'manual';
  /**
   * Size of the caches that hold updates back until a commit (statestore.cache.max.bytes); 0: no caches. Default: the
   * application's.
   */
  readonly cacheMaxBytes?: number;
  /** How long a task waits for an empty topic, by the driver's clock (max.task.idle.ms); default 0. */
  readonly maxTaskIdleMs?: number;
  /** Default exactly-once (processing.guarantee). */
  readonly processingGuarantee?: 'exactly-once' | 'at-least-once';
}
