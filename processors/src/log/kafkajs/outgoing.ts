import kafkajs, { type Message, type TopicMessages } from 'kafkajs';
import { LogError } from '../errors.ts';
import type { LogHeaders, OutgoingRecord } from '../log-client.ts';

/** Below the broker's default `message.max.bytes` (1,048,588), which bounds a batch and so a send to one partition. */
const MAX_BATCH_BYTES = 900_000;
const RECORD_OVERHEAD_BYTES = 24;

/** Cuts a list into runs that can each go out in one request: no partition gets more than one batch may hold. */
export function* batches(records: readonly OutgoingRecord[]): Generator<readonly OutgoingRecord[]> {
  let start = 0;
  let bytes = new Map<string, number>();
  for (const [index, record] of records.entries()) {
    const name = `${record.topic}/${record.partition}`;
    const sum = (bytes.get(name) ?? 0) + sizeBytes(record);
    if (sum > MAX_BATCH_BYTES && index > start && bytes.has(name)) {
      yield records.slice(start, index);
      start = index;
      bytes = new Map([[name, sizeBytes(record)]]);
    } else {
      bytes.set(name, sum);
    }
  }
  if (start < records.length) yield start === 0 ? records : records.slice(start);
}

export function sizeBytes({ key, value, headers = [] }: OutgoingRecord): number {
  const headerBytes = headers.reduce((sum, [name, bytes]) => sum + name.length + bytes.length + 4, 0);
  return RECORD_OVERHEAD_BYTES + (key?.length ?? 0) + (value?.length ?? 0) + headerBytes;
}

/** Grouped by topic, order kept within each partition. */
export function toTopicMessages(records: readonly OutgoingRecord[]): TopicMessages[] {
  return [...Map.groupBy(records, record => record.topic)].map(([topic, list]) => ({
    topic,
    messages: list.map(toMessage),
  }));
}

function toMessage({ partition, key, value, headers, timestampMs }: OutgoingRecord): Message {
  return {
    partition,
    key,
    value,
    ...(headers === undefined ? {} : { headers: toHeaders(headers) }),
    ...(timestampMs === undefined ? {} : { timestamp: String(timestampMs) }),
  };
}

/** kafkajs takes a map, where Kafka allows a name more than once: repeated names become arrays. */
function toHeaders(headers: LogHeaders): Record<string, Buffer | Buffer[]> {
  const map: Record<string, Buffer | Buffer[]> = {};
  for (const [name, value] of headers) {
    const before = map[name];
    map[name] = before === undefined ? value : Array.isArray(before) ? [...before, value] : [before, value];
  }
  return map;
}

/** kafkajs's partitioner hook, for records whose partition is always ours. */
export function ownPartition() {
  return ({ topic, message }: { topic: string; message: Message }): number => {
    if (message.partition === undefined) throw new LogError('LOG_REFUSED', `a record to ${topic} has no partition`);
    return message.partition;
  };
}

const { CompressionTypes } = kafkajs;
export const COMPRESSION = {
  none: CompressionTypes.None,
  gzip: CompressionTypes.GZIP,
  zstd: CompressionTypes.ZSTD,
} as const;
