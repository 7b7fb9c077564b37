import { type AnyTopic, maxMessageBytes, type Serde } from '@sightline/schemas/topic';
import { deadLetter } from '../log/dead-letter.ts';
import type { LogRecord, OutgoingRecord } from '../log/log-client.ts';
import { partitionFor } from '../log/murmur2.ts';
import { boundOf } from '../log/record-batch-encoder.ts';
import { StreamsError } from './errors.ts';
import { EncodedKeys } from './key-cache.ts';
import type { RecordHeaders, RecordMetadata, StreamRecord } from './stream-record.ts';
import type { SinkNode } from './topology-node.ts';

/** Names and partition counts of a topology's topics in this cluster. */
export interface TopicDirectory {
  /** Complete name in the log. */
  nameOf(topic: AnyTopic): string;
  partitionsOf(topic: AnyTopic): number;
}

interface Target {
  readonly name: string;
  readonly partitions: number;
  /** True: writes to the task's own partition for any key. */
  readonly isOwn: boolean;
  readonly maxBytes: number;
  readonly keys: Pick<EncodedKeys, 'encode'>;
}

/** Largest overhead of a batch beside its one record. */
const BATCH_BYTES = 200;

/** Collects a task's output until the next transaction; undoes the output of a failed record. */
export class RecordCollector {
  readonly #directory: TopicDirectory;
  readonly #partition: number;
  readonly #ownPartitions: number;
  readonly #targets = new Map<SinkNode, Target>();
  #records: OutgoingRecord[] = [];
  #bytes = 0;
  #markedRecords = 0;
  #markedBytes = 0;

  /**
   * `ownPartitions`: partition count of the task's sources. A topic with the same count gets the task's own partition.
   */
  constructor(directory: TopicDirectory, partition: number, ownPartitions: number) {
    this.#directory = directory;
    this.#partition = partition;
    this.#ownPartitions = ownPartitions;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#records.length;
  }

  /**
   * Throws RECORD_TOO_LARGE for a record that the broker would refuse, while the error can still be assigned to the
   * input record.
   */
  send(sink: SinkNode, record: StreamRecord<unknown, unknown>): void {
    const { value: valueSerde } = sink.topic;
    const { name, partitions, isOwn, maxBytes, keys } = this.#targetOf(sink);
    const key = record.key === null ? null : keys.encode(record.key);
    const value = record.value === null ? null : valueSerde.serialize(record.value);
    const headers = value === null ? record.headers : withSerdeHeaders(record.headers, valueSerde);
    const bytes = boundOf({ key, value, headers });
    if (bytes > maxBytes)
      throw new StreamsError('RECORD_TOO_LARGE', `${bytes} bytes for ${name}, which takes ${maxBytes} (max.message.bytes)`); // biome-ignore format: one line
    this.#add({
      topic: name,
      partition: isOwn || key === null ? this.#partition % partitions : partitionFor(key, partitions),
      key,
      value,
      headers,
      timestampMs: record.timestampMs,
    });
  }

  sendDeadLetter(topic: AnyTopic, raw: LogRecord, origin: RecordMetadata, error: Error): void {
    const target = {
      topic: this.#directory.nameOf(topic),
      partitions: this.#directory.partitionsOf(topic),
      maxBytes: maxMessageBytes(topic),
    };
    this.#add(deadLetter(target, raw, origin, error));
  }

  mark(): void {
    this.#markedRecords = this.#records.length;
    this.#markedBytes = this.#bytes;
  }

  rollback(): void {
    this.#records.length = this.#markedRecords;
    this.#bytes = this.#markedBytes;
  }

  /** Returns the collected records and starts again. */
  take(): readonly OutgoingRecord[] {
    const records = this.#records;
    this.#records = [];
    this.#bytes = 0;
    this.mark();
    return records;
  }

  #targetOf(sink: SinkNode): Target {
    const known = this.#targets.get(sink);
    if (known) return known;
    const partitions = this.#directory.partitionsOf(sink.topic);
    const isOwn = sink.partition === undefined ? partitions === this.#ownPartitions : sink.partition === 'own';
    const keys = new EncodedKeys(sink.topic.key);
    const target = {
      name: this.#directory.nameOf(sink.topic),
      partitions,
      isOwn,
      maxBytes: maxMessageBytes(sink.topic) - BATCH_BYTES,
      keys,
    };
    this.#targets.set(sink, target);
    return target;
  }

  #add(record: OutgoingRecord): void {
    this.#records.push(record);
    this.#bytes += (record.key?.length ?? 0) + (record.value?.length ?? 0) + 64;
  }
}

/** A serde's headers describe its own bytes, so they replace the headers of the input record's bytes. */
function withSerdeHeaders(headers: RecordHeaders, serde: Serde<unknown>): RecordHeaders {
  const own = serde.headers;
  if (own === undefined) return headers;
  if (headers.length === 0) return own;
  return [...headers.filter(([name]) => !own.some(([other]) => other === name)), ...own];
}
