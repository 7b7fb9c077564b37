/**
 * The port through which all code uses Kafka: bytes in, bytes out, no topic's types. Two adapters: `kafkajs` (a real
 * cluster) and `memory` (a faithful log in the process, for tests and simulation). Offsets are `bigint`, times are
 * milliseconds since 1970. Topic names are complete: they include NAME_PREFIX.
 */
export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

export type LogHeaders = readonly (readonly [name: string, value: Buffer])[];

/** A record as stored in the log. `value` and `key` may be slices of a larger buffer: copy what you keep. */
export interface LogRecord {
  readonly offset: bigint;
  readonly timestampMs: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: LogHeaders;
}

/** A record to write. The caller chooses the partition. `timestampMs` absent: the time of writing. */
export interface OutgoingRecord extends TopicPartition {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: LogHeaders;
  readonly timestampMs?: number;
  /** Written in its place when the log refuses the record for its size; absent: the send fails. Same partition. */
  readonly ifTooLarge?: OutgoingRecord;
}

/** Positions of a record's key and value in `bytes`; `valueEnd` is -1 for a null value. */
export type EntryVisitor = (
  bytes: Buffer,
  keyStart: number,
  keyEnd: number,
  valueStart: number,
  valueEnd: number,
) => void;

/** Keys and values of records, without making record objects. Records without a key are skipped. */
export interface LogEntries {
  /** Visits all entries in offset order. Returns the number of records, including those without a key. */
  each(visit: EntryVisitor): number;
}

/** Records that one fetch gave for one partition, in offset order, without control and aborted records. */
export interface FetchedBatch extends TopicPartition {
  readonly records: readonly LogRecord[];
  /** The same records at lower cost, for `lazyRecords`; absent when the adapter has none. */
  readonly entries?: LogEntries;
  /** The id of the topic that has these records. */
  readonly topicId: string;
  /** The position requested. */
  readonly fetchOffset: bigint;
  /** Start of the next fetch of this partition; it also moves over control records and empty batches. */
  readonly nextOffset: bigint;
  readonly highWatermark: bigint;
  /** A read_committed reader sees only records below this offset. */
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

/** The offset just after a record. */
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
  /** Creates missing topics and leaves existing ones. Resolves with the names created. */
  createTopics(topics: readonly NewTopic[]): Promise<readonly string[]>;
  /**
   * Sets the given settings of existing topics where they differ; all others stay. Resolves with those that it set, by
   * topic. Rejects with LOG_REFUSED when the brokers refuse.
   */
  configureTopics(
    topics: readonly Pick<NewTopic, 'topic' | 'config'>[],
  ): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>>;
  /** Partition counts by topic; missing topics are left out. */
  partitionCounts(topics: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /**
   * The id that the log gave the topic when it was created: a topic that is deleted and created again has another one.
   * The partition's leader answers. So records that were read before the call are of this topic or of an earlier one.
   */
  topicId(partition: TopicPartition): Promise<string>;
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
  /** How long the log keeps a transaction open that no producer ends (transaction.timeout.ms); default 10,000. */
  readonly transactionTimeoutMs?: number;
}

/**
 * Idempotent, acks=all, one send in flight: the order per partition holds, and a retry never writes a second record.
 */
export interface LogProducer {
  /** Resolves when all are acknowledged, with the offset of each, in the order given. */
  send(records: readonly OutgoingRecord[]): Promise<readonly (TopicPartition & { readonly offset: bigint })[]>;
  close(): Promise<void>;
}

/**
 * A producer with one transactional.id. After any error of any call it is dead: drop it, make another, fence, and read
 * the committed offsets again (KIP-98). The outcome of a failed commit is unknown until the next fence.
 */
export interface TransactionalProducer {
  /** InitProducerId: aborts an earlier owner's open transaction and fences that owner. */
  fence(): Promise<void>;
  begin(): Promise<void>;
  /** Resolves with the offset after the last record of each partition, where the broker gave it. */
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
  /** How long the broker may hold a fetch that finds nothing; default 50 ms. A partition just started waits as long. */
  readonly maxWaitMs?: number;
  /** Checks each batch's checksum (check.crcs); default true. */
  readonly checkCrcs?: boolean;
  /**
   * Batches come with `entries`, and record objects are made on access; default false. A reader that uses the record
   * objects is faster without it: objects made late are collected late.
   */
  readonly lazyRecords?: boolean;
}

/**
 * Reads partitions from positions that the caller sets, without a group. One request per partition leader at a time.
 */
export interface LogReader {
  /**
   * Starts or moves a partition; drops its records fetched before. The position belongs to the topic with this id:
   * records of a later topic of the same name are never given. Default: the topic that first answers.
   */
  seek(partition: TopicPartition, offset: bigint, topicId?: string): void;
  /** Stops reading these partitions and drops their fetched records. */
  remove(partitions: readonly TopicPartition[]): void;
  pause(partitions: readonly TopicPartition[]): void;
  resume(partitions: readonly TopicPartition[]): void;
  position(partition: TopicPartition): bigint | undefined;
  /**
   * The next batches of partitions that are not paused; [] after about `maxWaitMs` without any. Leader changes and lost
   * connections are retried inside. Throws OffsetOutOfRangeError when the log no longer holds a position, and
   * TopicRecreatedError, a kind of it, when the position's topic was deleted and created again. It waits for a topic
   * that is only deleted.
   */
  fetch(): Promise<readonly FetchedBatch[]>;
  close(): Promise<void>;
}

/** The partitions of a group member. Both lists are complete at the time of the call. */
export interface Assignment {
  readonly generation: number;
  readonly memberId: string;
  readonly partitions: readonly TopicPartition[];
  /** Partition numbers of other owners whose state this member should copy; none unless `standbyReplicas` asks. */
  readonly standbys: readonly number[];
  /** Addresses of the owners by partition number, for owners that gave `server`. */
  readonly servers: Readonly<Record<number, string>>;
}

export interface MemberOptions {
  readonly groupId: string;
  readonly topics: readonly string[];
  /** Strategy of assignment; default: sticky by partition number, all topics of a number to one member. */
  readonly assignor?: 'sticky-lanes';
  /** KIP-345 static membership. */
  readonly instanceId?: string;
  /** How many other members should copy the state of a partition number (num.standby.replicas). */
  readonly standbyReplicas?: number;
  /** host:port at which other members reach this one (application.server). */
  readonly server?: string;
  readonly sessionTimeoutMs?: number;
  readonly rebalanceTimeoutMs?: number;
  readonly heartbeatIntervalMs?: number;
  /**
   * Called synchronously at each join, before the next heartbeat: bump epochs, mark lost partitions, then return.
   * Partitions still owned are read on through a rebalance.
   */
  onAssigned(assignment: Assignment): void;
  /** Called after each heartbeat that the coordinator accepted. */
  onHeartbeat?(): void;
  /** Called when the membership cannot recover; the process should end. */
  onFatal?(error: unknown): void;
}

/** Membership of a consumer group, for assignment and offsets only: records come from a LogReader. */
export interface GroupMember {
  committed(partitions: readonly TopicPartition[]): Promise<readonly (TopicPartition & CommittedOffset)[]>;
  /**
   * Fenced by generation: rejects for a member that lost its place (ILLEGAL_GENERATION, UNKNOWN_MEMBER_ID,
   * REBALANCE_IN_PROGRESS).
   */
  commit(offsets: readonly OffsetCommit[]): Promise<void>;
  /** Resolves at the next heartbeat or join that the coordinator accepts. */
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
