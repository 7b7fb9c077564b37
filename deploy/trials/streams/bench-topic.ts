import { connectLog, type LogClient, type OutgoingRecord, partitionFor } from '@sightline/processors/log';

export const PARTITIONS = 4;
const BATCH = 10_000;
const BASE_MS = 1_767_225_600_000;

export interface Feed {
  /** Prefix of `bench-in` and `bench-out`. */
  readonly prefix: string;
  readonly records: number;
  readonly keys: number;
}

/** A connection, and the two topics of a bench. */
export async function openTopics(brokers: string, prefix: string): Promise<LogClient> {
  const log = await connectLog({ brokers: brokers.split(','), clientId: 'bench' });
  const config = { 'retention.ms': '-1', 'message.timestamp.type': 'CreateTime' };
  const topics = ['bench-in', 'bench-out'].map(name => ({ topic: `${prefix}${name}`, partitions: PARTITIONS, config }));
  await log.admin.createTopics(topics);
  return log;
}

/**
 * Writes records of about 120 bytes (key and value), with keys in turn. Event time advances by 2 ms a record: with 100
 * keys, a window of 10 s gets 50 of each.
 */
export async function feed(log: LogClient, { prefix, records, keys }: Feed): Promise<void> {
  const producer = await log.producer();
  const value = Buffer.alloc(112, 'v');
  const names = Array.from({ length: Math.min(keys, records) }, (_, n) => `key-${String(n).padStart(4, '0')}`);
  const places = names.map(name => ({ key: Buffer.from(name), partition: partitionFor(name, PARTITIONS) }));
  for (let at = 0; at < records; at += BATCH) {
    const batch: OutgoingRecord[] = [];
    for (let n = at; n < Math.min(records, at + BATCH); n++) {
      const place = places[n % places.length];
      if (place) batch.push({ topic: `${prefix}bench-in`, ...place, value, timestampMs: BASE_MS + n * 2 });
    }
    await producer.send(batch);
  }
  await producer.close();
}
