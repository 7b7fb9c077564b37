import type { LogRecord } from '../log/log-client.ts';
import { misplaced } from '../log/misplaced.ts';
import { DecodeError } from './errors.ts';
import { KeyCache } from './key-cache.ts';
import type { RecordMetadata, StreamRecord } from './stream-record.ts';
import type { SourceNode } from './topology-node.ts';

/** The next record of a partition: decoded with its event time, or the error. */
export type Head =
  | (HeadOrigin & { readonly kind: 'record'; readonly record: StreamRecord<unknown, unknown> })
  | (HeadOrigin & { readonly kind: 'undecodable'; readonly error: DecodeError });

interface HeadOrigin {
  readonly raw: LogRecord;
}

/** Fetched records of one partition, decoded one at a time as they become the head. */
export class RecordQueue {
  readonly source: SourceNode;
  readonly partition: number;
  /** Number of partitions of the topic; undefined: a record may be in any. */
  readonly #partitions: number | undefined;
  #records: LogRecord[] = [];
  #next = 0;
  #bytes = 0;
  #head: Head | undefined;
  readonly #keys: KeyCache | undefined;
  #position: bigint | undefined;
  /** Highest event time of this partition, -1 before the first. */
  #partitionTimeMs: number;
  /** The id of the topic that the position belongs to. */
  topicId = '';
  /** End of the records read so far; includes what the partition held when it was assigned. */
  endOffset: bigint | undefined;

  /** `partitions`: number of partitions of the topic. */
  constructor(source: SourceNode, partition: number, partitions: number, partitionTimeMs = -1) {
    this.source = source;
    this.partition = partition;
    this.#partitions = source.topic.byKey ? partitions : undefined;
    this.#partitionTimeMs = partitionTimeMs;
    this.#keys = KeyCache.suits(source.topic.key) ? new KeyCache(source.topic.key) : undefined;
  }

  get size(): number {
    return this.#records.length - this.#next;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get partitionTimeMs(): number {
    return this.#partitionTimeMs;
  }

  /** The offset to commit: that of the next record to process. */
  get position(): bigint | undefined {
    return this.#records[this.#next]?.offset ?? this.#position;
  }

  /** True when no record is known to follow the queued ones. */
  get isCaughtUp(): boolean {
    return this.endOffset !== undefined && this.#position !== undefined && this.#position >= this.endOffset;
  }

  start(offset: bigint, endOffset: bigint, topicId = ''): void {
    this.#position = offset;
    this.topicId = topicId;
    this.endOffset = endOffset;
  }

  /** Moves time without a record. */
  advance(timeMs: number): void {
    this.#partitionTimeMs = Math.max(this.#partitionTimeMs, timeMs);
  }

  add(records: readonly LogRecord[], nextOffset: bigint): void {
    for (const record of records) {
      this.#records.push(record);
      this.#bytes += sizeOf(record);
    }
    this.#position = nextOffset;
  }

  head(): Head | undefined {
    if (this.#head === undefined && this.size > 0) this.#head = this.#decode();
    return this.#head;
  }

  /** Event time of the head for choosing: the queue's own time when the head does not decode. */
  headTimeMs(): number {
    const head = this.head();
    return head?.kind === 'record' ? head.record.timestampMs : this.#partitionTimeMs;
  }

  take(): Head | undefined {
    const head = this.head();
    const raw = this.#records[this.#next];
    if (head === undefined || raw === undefined) return undefined;
    this.#next += 1;
    this.#bytes -= sizeOf(raw);
    this.#head = undefined;
    if (head.kind === 'record') this.#partitionTimeMs = Math.max(this.#partitionTimeMs, head.record.timestampMs);
    if (this.#next > 1024 || this.#next === this.#records.length) this.#forget();
    return head;
  }

  originOf({ offset, timestampMs: writtenAtMs }: LogRecord): RecordMetadata {
    return { topic: this.source.topic.name, partition: this.partition, offset, writtenAtMs };
  }

  #forget(): void {
    this.#records = this.#records.slice(this.#next);
    this.#next = 0;
  }

  #decode(): Head | undefined {
    const raw = this.#records[this.#next];
    if (raw === undefined) return undefined;
    const { topic, timestampExtractor, nulls } = this.source;
    try {
      if (nulls === 'refuse' && raw.key === null)
        throw new Error(`the key of a record of ${topic.name} is missing: write a key`);
      if (nulls === 'refuse' && raw.value === null)
        throw new Error(`the value of a record of ${topic.name} is missing: write a value, not a tombstone`);
      if (raw.key !== null && this.#partitions !== undefined)
        refuse(misplaced(topic.name, raw.key, this.partition, this.#partitions));
      const key =
        raw.key === null ? null : (this.#keys?.decode(raw.key) ?? topic.key.deserialize(raw.key, raw.headers));
      const value = raw.value === null ? null : topic.value.deserialize(raw.value, raw.headers);
      if (key !== null && value !== null) refuse(topic.check?.(value, { key, writtenAtMs: raw.timestampMs }));
      const record = { key, value, timestampMs: raw.timestampMs, headers: raw.headers };
      if (timestampExtractor === undefined) return { kind: 'record', record, raw };
      const timestampMs = timestampExtractor(record, this.#partitionTimeMs);
      if (!(timestampMs >= 0)) throw new Error(`the timestamp extractor gave ${timestampMs}`);
      return { kind: 'record', record: { ...record, timestampMs }, raw };
    } catch (error) {
      return { kind: 'undecodable', raw, error: new DecodeError(this.originOf(raw), error) };
    }
  }
}

function refuse(refusal: string | undefined): void {
  if (refusal !== undefined) throw new Error(refusal);
}

function sizeOf({ key, value }: LogRecord): number {
  return (key?.length ?? 0) + (value?.length ?? 0) + 64;
}
