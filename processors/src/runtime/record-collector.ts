import type { AnyTopic, Serde } from '@sightline/schemas/topic';
import type { LogRecord, OutgoingRecord } from '../log/log-client.ts';
import { partitionFor } from '../log/murmur2.ts';
import { deadLetter } from './dead-letter.ts';
import type { RecordHeaders, RecordMetadata, StreamRecord } from './stream-record.ts';
import type { SinkNode } from './topology.ts';

/** How the topics of a topology are called and cut in the cluster at hand. */
export interface TopicDirectory {
  /** Complete name in the log. */
  nameOf(topic: AnyTopic): string;
  partitionsOf(topic: AnyTopic): number;
}

interface Target {
  readonly name: string;
  readonly partitions: number;
  /** The task's own partition, whatever the key. */
  readonly isOwn: boolean;
}

/** Gathers what a task writes until the next transaction; undoes what a failed record wrote. */
export class RecordCollector {
  readonly #directory: TopicDirectory;
  readonly #partition: number;
  readonly #ownPartitions: number;
  readonly #targets = new Map<SinkNode, Target>();
  #records: OutgoingRecord[] = [];
  #bytes = 0;
  #marked = { records: 0, bytes: 0 };

  /** `ownPartitions`: of the task's sources; a topic of as many partitions is written in the task's own. */
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

  send(sink: SinkNode, record: StreamRecord<unknown, unknown>): void {
    const { key: keySerde, value: valueSerde } = sink.topic;
    const key = record.key === null ? null : keySerde.serialize(record.key);
    const value = record.value === null ? null : valueSerde.serialize(record.value);
    const { name, partitions, isOwn } = this.#targetOf(sink);
    this.#add({
      topic: name,
      partition: isOwn || key === null ? this.#partition % partitions : partitionFor(key, partitions),
      key,
      value,
      headers: value === null ? record.headers : withSerdeHeaders(record.headers, valueSerde),
      timestampMs: record.timestampMs,
    });
  }

  sendDeadLetter(topic: AnyTopic, raw: LogRecord, origin: RecordMetadata, error: Error): void {
    const partition = this.#partition % this.#directory.partitionsOf(topic);
    this.#add(deadLetter({ topic: this.#directory.nameOf(topic), partition }, raw, origin, error));
  }

  mark(): void {
    this.#marked = { records: this.#records.length, bytes: this.#bytes };
  }

  rollback(): void {
    this.#records.length = this.#marked.records;
    this.#bytes = this.#marked.bytes;
  }

  /** Hands over what was gathered and begins anew. */
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
    const target = { name: this.#directory.nameOf(sink.topic), partitions, isOwn };
    this.#targets.set(sink, target);
    return target;
  }

  #add(record: OutgoingRecord): void {
    this.#records.push(record);
    this.#bytes += (record.key?.length ?? 0) + (record.value?.length ?? 0) + 64;
  }
}

/** A serde's headers describe the bytes it made, so they replace those of the bytes the record came from. */
function withSerdeHeaders(headers: RecordHeaders, serde: Serde<unknown>): RecordHeaders {
  const own = serde.headers;
  if (own === undefined) return headers;
  if (headers.length === 0) return own;
  return [...headers.filter(([name]) => !own.some(([other]) => other === name)), ...own];
}
