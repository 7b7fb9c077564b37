import type { OutgoingRecord, TopicPartition } from './log-client.ts';
import { boundOf } from './record-batch-encoder.ts';

/**
 * Below the broker's default `message.max.bytes` (1,048,588), the limit of a batch and so of one send to a partition.
 */
const MAX_BATCH_BYTES = 1_000_000;

export interface PartitionRecords extends TopicPartition {
  /** `topic/partition` */
  readonly name: string;
  readonly records: readonly OutgoingRecord[];
}

/** Splits a list into runs for one request each: no partition gets more than one batch may hold. */
export function* batches(records: readonly OutgoingRecord[]): Generator<readonly OutgoingRecord[]> {
  let start = 0;
  let bytes = new Places(() => ({ bytes: 0 }));
  for (const [index, record] of records.entries()) {
    const size = boundOf(record);
    const place = bytes.of(record);
    if (place.bytes > 0 && place.bytes + size > MAX_BATCH_BYTES) {
      yield records.slice(start, index);
      start = index;
      bytes = new Places(() => ({ bytes: 0 }));
      bytes.of(record).bytes = size;
    } else {
      place.bytes += size;
    }
  }
  if (start < records.length) yield start === 0 ? records : records.slice(start);
}

/**
 * The records with the largest ones replaced by their `ifTooLarge`, until half of the bytes are left; undefined when
 * none of them has one.
 */
export function smallerRecords(records: readonly OutgoingRecord[]): readonly OutgoingRecord[] | undefined {
  const sized = records.map((record, index) => ({ index, size: boundOf(record), smaller: record.ifTooLarge }));
  const largestFirst = sized.filter(({ smaller }) => smaller !== undefined).toSorted((a, b) => b.size - a.size);
  if (largestFirst.length === 0) return undefined;
  const enough = sized.reduce((sum, { size }) => sum + size, 0) / 2;
  const result = [...records];
  let saved = 0;
  for (const { index, size, smaller } of largestFirst) {
    if (saved >= enough || smaller === undefined) break;
    result[index] = smaller;
    saved += size - boundOf(smaller);
  }
  return result;
}

/** The records of each partition, in order. */
export function byPartition(records: readonly OutgoingRecord[]): readonly PartitionRecords[] {
  const [first] = records;
  const isOne = records.every(({ topic, partition }) => partition === first?.partition && topic === first.topic);
  if (first !== undefined && isOne) return [{ ...named(first), records }];
  const places = new Places(at => ({ ...named(at), records: [] as OutgoingRecord[] }));
  for (const record of records) places.of(record).records.push(record);
  return places.all();
}

function named({ topic, partition }: TopicPartition): Omit<PartitionRecords, 'records'> {
  return { topic, partition, name: `${topic}/${partition}` };
}

/** A value per partition, found without a string for every record. */
export class Places<T> {
  readonly #make: (partition: TopicPartition) => T;
  readonly #topics = new Map<string, Map<number, T>>();

  constructor(make: (partition: TopicPartition) => T) {
    this.#make = make;
  }

  of(at: TopicPartition): T {
    let partitions = this.#topics.get(at.topic);
    if (partitions === undefined) {
      partitions = new Map();
      this.#topics.set(at.topic, partitions);
    }
    let place = partitions.get(at.partition);
    if (place === undefined) {
      place = this.#make(at);
      partitions.set(at.partition, place);
    }
    return place;
  }

  all(): T[] {
    return [...this.#topics.values()].flatMap(partitions => [...partitions.values()]);
  }
}
