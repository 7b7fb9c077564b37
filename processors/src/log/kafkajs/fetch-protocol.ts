import type { AbortedTransaction } from '../record-batch.ts';
import type { Protocol } from './cluster.ts';
import { Reader, Writer } from './wire.ts';

/** Fetch version 11 (KIP-392), without a fetch session. */
export interface FetchRequest {
  readonly maxWaitMs: number;
  readonly maxBytes: number;
  readonly maxBytesPerPartition: number;
  readonly readCommitted: boolean;
  readonly topics: ReadonlyMap<string, readonly { readonly partition: number; readonly offset: bigint }[]>;
}

export interface FetchedPartition {
  readonly topic: string;
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
    request: { apiKey: 1, apiVersion: 11, apiName: 'Fetch', encode: async () => encode(request).asRequest() },
    response: { decode: async payload => decode(payload), parse: async (partitions: FetchedPartition[]) => partitions },
  };
}

function encode({ maxWaitMs, maxBytes, maxBytesPerPartition, readCommitted, topics }: FetchRequest): Writer {
  const writer = new Writer().int32(-1).int32(maxWaitMs).int32(1).int32(maxBytes);
  writer
    .int8(readCommitted ? 1 : 0)
    .int32(0)
    .int32(-1);
  writer.array([...topics], ([topic, partitions]) => {
    writer.string(topic).array(partitions, ({ partition, offset }) => {
      writer.int32(partition).int32(-1).int64(offset).int64(-1n).int32(maxBytesPerPartition);
    });
  });
  return writer.int32(0).string('');
}

function decode(payload: Buffer): FetchedPartition[] {
  const reader = new Reader(payload);
  reader.int32();
  const errorCode = reader.int16();
  if (errorCode !== 0) throw new Error(`fetch refused with error ${errorCode}`);
  reader.int32();
  return reader.array(() => decodeTopic(reader)).flat();
}

function decodeTopic(reader: Reader): FetchedPartition[] {
  const topic = reader.string();
  return reader.array(() => {
    const partition = reader.int32();
    const errorCode = reader.int16();
    const highWatermark = reader.int64();
    const lastStableOffset = reader.int64();
    const logStartOffset = reader.int64();
    const aborted = reader.array(() => ({ producerId: reader.int64(), firstOffset: reader.int64() }));
    reader.int32();
    const bytes = reader.bytes();
    return { topic, partition, errorCode, highWatermark, lastStableOffset, logStartOffset, aborted, bytes };
  });
}
