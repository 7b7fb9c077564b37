import type { AbortedTransaction } from '../record-batch.ts';
import type { Protocol } from './cluster.ts';
import { Reader, Writer } from './wire.ts';

/** Fetch version 13 (KIP-516), which names topics by their ids, without a fetch session. */
export interface FetchRequest {
  readonly maxWaitMs: number;
  readonly maxBytes: number;
  readonly maxBytesPerPartition: number;
  readonly readCommitted: boolean;
  /** By the topic's id. */
  readonly topics: ReadonlyMap<string, readonly { readonly partition: number; readonly offset: bigint }[]>;
}

export interface FetchedPartition {
  readonly topicId: string;
  readonly partition: number;
  readonly errorCode: number;
  readonly highWatermark: bigint;
  readonly lastStableOffset: bigint;
  readonly logStartOffset: bigint;
  readonly aborted: readonly AbortedTransaction[];
  readonly bytes: Buffer;
}

export function fetchProtocol(request: FetchRequest): Protocol<FetchedPartition[]> {
  return {
    request: { apiKey: 1, apiVersion: 13, apiName: 'Fetch', encode: async () => encode(request).asRequest() },
    response: { decode: async payload => decode(payload), parse: async (partitions: FetchedPartition[]) => partitions },
  };
}

function encode({ maxWaitMs, maxBytes, maxBytesPerPartition, readCommitted, topics }: FetchRequest): Writer {
  const writer = new Writer().noTags(); // end of the header
  writer.int32(-1).int32(maxWaitMs).int32(1).int32(maxBytes);
  writer
    .int8(readCommitted ? 1 : 0)
    .int32(0)
    .int32(-1);
  writer.compactArray([...topics], ([topicId, partitions]) => {
    writer
      .uuid(topicId)
      .compactArray(partitions, ({ partition, offset }) => {
        writer.int32(partition).int32(-1).int64(offset).int32(-1).int64(-1n).int32(maxBytesPerPartition).noTags();
      })
      .noTags();
  });
  return writer
    .compactArray([], () => {})
    .compactString('')
    .noTags(); // no forgotten topics, no rack
}

function decode(payload: Buffer): FetchedPartition[] {
  const reader = new Reader(payload);
  reader.tags(); // end of the header
  reader.int32(); // throttle time
  const errorCode = reader.int16();
  if (errorCode !== 0) throw new Error(`fetch refused with error ${errorCode}`);
  reader.int32(); // session
  return reader.compactArray(() => decodeTopic(reader)).flat();
}

function decodeTopic(reader: Reader): FetchedPartition[] {
  const topicId = reader.uuid();
  const partitions = reader.compactArray(() => {
    const partition = reader.int32();
    const errorCode = reader.int16();
    const highWatermark = reader.int64();
    const lastStableOffset = reader.int64();
    const logStartOffset = reader.int64();
    const aborted = reader.compactArray(() => {
      const transaction = { producerId: reader.int64(), firstOffset: reader.int64() };
      reader.tags();
      return transaction;
    });
    reader.int32(); // preferred replica
    const bytes = reader.compactBytes();
    reader.tags();
    return { topicId, partition, errorCode, highWatermark, lastStableOffset, logStartOffset, aborted, bytes };
  });
  reader.tags();
  return partitions;
}
