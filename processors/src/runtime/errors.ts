import type { RecordMetadata } from './stream-record.ts';

export const STREAMS_ERROR_CODES = [
  'TOPOLOGY_INVALID',
  'TOPIC_MISSING',
  'CO_PARTITIONING_BROKEN',
  'CHANGELOG_PARTITIONS_DIFFER',
  'TOPOLOGY_INCOMPATIBLE',
  'RECORD_UNDECODABLE',
  'PROCESSING_FAILED',
  'RECORD_TOO_LARGE',
  'PUNCTUATION_FAILED',
  'STORE_UNKNOWN',
  'STATE_LOCKED',
  'STORE_NOT_READY',
  'STORE_ELSEWHERE',
  'GLOBAL_STATE_UNKNOWN',
  'CHILD_UNKNOWN',
  'TASK_CORRUPTED',
] as const;
export type StreamsErrorCode = (typeof STREAMS_ERROR_CODES)[number];

/** Root of all errors of the runtime. */
export class StreamsError extends Error {
  readonly code: StreamsErrorCode;
  /** True: the same call may succeed later without a change of code or configuration. */
  readonly retriable: boolean;

  constructor(code: StreamsErrorCode, message: string, options: { cause?: unknown; retriable?: boolean } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.retriable = options.retriable ?? false;
  }
}

/** The graph or its topics cannot run together. Detected before anything runs. */
export class TopologyError extends StreamsError {}

/** The bytes of a record do not decode; the same bytes fail again. */
export class DecodeError extends StreamsError {
  constructor(origin: RecordMetadata, cause: unknown) {
    super('RECORD_UNDECODABLE', `cannot decode ${place(origin)}: ${messageOf(cause)}`, { cause });
  }
}

/** A processor threw; the effects of its record are undone. */
export class ProcessingError extends StreamsError {
  constructor(node: string, origin: RecordMetadata | undefined, cause: unknown) {
    const [code, at] = origin
      ? (['PROCESSING_FAILED', place(origin)] as const)
      : (['PUNCTUATION_FAILED', 'a punctuation'] as const);
    super(code, `${node} failed on ${at}: ${messageOf(cause)}`, { cause });
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function place({ topic, partition, offset }: RecordMetadata): string {
  return `${topic}[${partition}] at offset ${offset}`;
}
