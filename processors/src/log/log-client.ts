/**
 * The port through which everything here meets Kafka: bytes in, bytes out, no topic's types.
 * Two adapters: `kafkajs` (a real cluster) and `memory` (a faithful log in the process, for tests and simulation).
 * Offsets are `bigint`, times are milliseconds since 1970. Topic names are complete: NAME_PREFIX is already on them.
 */
export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

export type LogHeaders = readonly (readonly [name: string, value: Buffer])[];

/** A record as it lies in the log. `value` and `key` may be slices of a larger buffer: copy what is kept. */
export interface LogRecord {
  readonly offset: bigint;
  readonly timestampMs: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: LogHeaders;
}

/** A record to be written. The partition is always ours to choose. `timestampMs` absent: the time of writing. */
export interface OutgoingRecord extends TopicPartition {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: LogHeaders;
  readonly timestampMs?: number;
}

/** Key and value of a record where they lie in `bytes`; `valueEnd` is -1 where the value is null. */
export type EntryVisitor = (
  bytes: Buffer,
  keyStart: number,
  keyEnd: number,
  valueStart: number,
  valueEnd: number,
) => void;

/** Keys and values of records, which need not be made for it; records without a key are passed over. */
export interface LogEntries {
  /** Visits all in offset order; returns the number of records, those without a key too. */
  each(visit: EntryVisitor): number;
}

/** What one fetch gave of one partition, in offset order, without control and aborted records. */
export interface FetchedBatch extends TopicPartition {
  readonly records: readonly LogRecord[];
  /** Those of `records`, for less than they cost: for `lazyRecords`, where the adapter has them. */
  readonly entries?: LogEntries;
  /** The position this was asked for. */
  readonly fetchOffset: bigint;
  /** Where the next fetch of this partition starts; moves also over control records and empty batches. */
  readonly nextOffset: bigint;
  readonly highWatermark: bigint;
  /** A read_committed reader sees records below this offset only. */
  readonly lastStableOffset: bigint;
  readonly logStartOffset: bigint;
}

export interface CommittedOffset {
  /** Next offset to read, or undefined when the group never committed this partition. */
  readonly offset: bigint | undefined;
  /** Free text stored with the offset (at most 4,096 bytes by the broker's default); '' when none. */
  readonly metadata: string;
}

export interface OffsetCommit extends TopicPartition {
  readonly offset: bigint;
  readonly metadata?: string;
}

/** A place in a partition just after some record. */
export interface EndOffset extends TopicPartition {
  readonly offset: bigint;
}

export interface NewTopic {
  readonly topic: string;
  readonly partitions: number;
  readonly replicationFactor?: number;
  readonly config?: Readonly<Record<string, string>>;
}

export interface LogAdmin {
  /** Creates what is missing and leaves what exists; returns the names it created. */
  createTopics(topics: readonly NewTopic[]): Promise<readonly string[]>;
  /** Partition counts by topic; a topic that does not exist is absent. */
  partitionCounts(topics: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** `latest` is the last stable offset for read_committed readers (`LSO`), the high watermark otherwise. */
  listOffsets(
    partitions: readonly TopicPartition[],
    at: 'earliest' | 'latest' | 'latest-committed' | { readonly timestampMs: number },
  ): Promise<readonly (TopicPartition & { readonly offset: bigint })[]>;
  committed(
    groupId: string,
    partitions: readonly TopicPartition[],
  ): Promise<readonly (TopicPartition & CommittedOffset)[]>;
  /** Moves the log start up to the given offsets (KIP-107). */
  deleteRecords(before: readonly (TopicPartition & { readonly offset: bigint })[]): Promise<void>;
  deleteTopics(topics: readonly string[]): Promise<void>;
}

export interface ProducerOptions {
  readonly compression?: 'none' | 'gzip' | 'zstd';
  /** How long the log leaves a transaction open that nobody ends (transaction.timeout.ms); default 10,000. */
  readonly transactionTimeoutMs?: number;
}

/** Idempotent, acks=all, one send in flight: order per partition holds and a retry is never a second record. */
export interface LogProducer {
  /** Resolves when all are acknowledged, with the offset of each, in the order given. */
  send(records: readonly OutgoingRecord[]): Promise<readonly (TopicPartition & { readonly offset: bigint })[]>;
  close(): Promise<void>;
}

/**
 * One transactional.id. After any error of any call the producer is dead: drop it, make another, fence, read the
 * committed offsets again (KIP-98; the outcome of a failed commit is unknown until the next fence).
 */
export interface TransactionalProducer {
  /** InitProducerId: aborts what an earlier owner left open and shuts that owner out. */
  fence(): Promise<void>;
  begin(): Promise<void>;
  /** Resolves with the offset after the last record of each partition, as far as the broker told it. */
  send(records: readonly OutgoingRecord[]): Promise<readonly EndOffset[]>;
  sendOffsets(groupId: string, offsets: readonly OffsetCommit[]): Promise<void>;
  commit(): Promise<void>;
  abort(): Promise<void>;
  close(): Promise<void>;
}

export interface ReaderOptions {
  /** Default 'read_committed'. */
  readonly isolation?: 'read_committed' | 'read_uncommitted';
  /** Default 262,144 (256 KB). One record larger than this is still delivered. */
  readonly maxBytesPerPartition?: number;
  /** How long the broker may hold a fetch that finds nothing; default 50 ms. A partition just begun waits as long. */
  readonly maxWaitMs?: number;
  /** Checks each batch's checksum (check.crcs); default true. */
  readonly checkCrcs?: boolean;
  /**
   * Batches come with `entries`, and their records are made when they are asked for; default false. Whoever asks for
   * them anyway is better off without: what is made late hangs on what has grown old, and is collected late.
   */
  readonly lazyRecords?: boolean;
}

/** Reads partitions at positions of the caller's, without a group. One request per partition leader at a time. */
export interface LogReader {
  /** Starts or moves a partition; records already fetched of it are dropped. */
  seek(partition: TopicPartition, offset: bigint): void;
  /** Stops reading these partitions and drops what was fetched of them. */
  remove(partitions: readonly TopicPartition[]): void;
  pause(partitions: readonly TopicPartition[]): void;
  resume(partitions: readonly TopicPartition[]): void;
  position(partition: TopicPartition): bigint | undefined;
  /**
   * The next batches of partitions not paused; [] after about `maxWaitMs` without any. Leader changes and lost
   * connections are retried inside. Throws OffsetOutOfRangeError: the log no longer holds a position.
   */
  fetch(): Promise<readonly FetchedBatch[]>;
  close(): Promise<void>;
}

/** What the group gave this member. Both lists are complete at the time of the call. */
export interface Assignment {
  readonly generation: number;
  readonly memberId: string;
  readonly partitions: readonly TopicPartition[];
  /** Partition numbers of others whose state this member is to keep a copy of; none unless `standbyReplicas` asks. */
  readonly standbys: readonly number[];
  /** By partition number: where its owner is reached, as far as owners said so by `server`. */
  readonly servers: Readonly<Record<number, string>>;
}

export interface MemberOptions {
  readonly groupId: string;
  readonly topics: readonly string[];
  /** Hands out partitions; default: sticky by partition number, all topics of a number to one member. */
  readonly assignor?: 'sticky-lanes';
  /** KIP-345 static membership. */
  readonly instanceId?: string;
  /** How many members beside the owner should keep the state of a partition number (num.standby.replicas). */
  readonly standbyReplicas?: number;
  /** host:port at which other members reach this one (application.server). */
  readonly server?: string;
  readonly sessionTimeoutMs?: number;
  readonly rebalanceTimeoutMs?: number;
  readonly heartbeatIntervalMs?: number;
  /**
   * Called synchronously at each join, before the next heartbeat: bump epochs, mark what was lost, then return.
   * Partitions still owned keep being read through a rebalance.
   */
  onAssigned(assignment: Assignment): void;
  /** Called after each heartbeat that the coordinator accepted. */
  onHeartbeat?(): void;
  /** The membership broke in a way it could not mend; the process should end. */
  onFatal?(error: unknown): void;
}

/** Membership of a consumer group, for assignment and offsets alone: records come from a LogReader. */
export interface GroupMember {
  committed(partitions: readonly TopicPartition[]): Promise<readonly (TopicPartition & CommittedOffset)[]>;
  /** Fenced by generation: a member that lost its place fails here (ILLEGAL_GENERATION, UNKNOWN_MEMBER_ID, REBALANCE_IN_PROGRESS). */
  commit(offsets: readonly OffsetCommit[]): Promise<void>;
  /** Resolves at the next heartbeat or join the coordinator accepts. */
  nextHeartbeat(): Promise<void>;
  leave(): Promise<void>;
}

export interface LogClient {
  readonly admin: LogAdmin;
  producer(options?: ProducerOptions): Promise<LogProducer>;
  transactionalProducer(transactionalId: string, options?: ProducerOptions): Promise<TransactionalProducer>;
  reader(options?: ReaderOptions): Promise<LogReader>;
  join(options: MemberOptions): Promise<GroupMember>;
  close(): Promise<void>;
}
