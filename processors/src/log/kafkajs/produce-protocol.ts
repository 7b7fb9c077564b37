import type { TopicPartition } from '../log-client.ts';
import type { Protocol } from './cluster.ts';
import { Reader, Writer } from './wire.ts';

export interface EncodedBatch extends TopicPartition {
  readonly bytes: Buffer;
}

export interface ProduceAnswer extends TopicPartition {
  readonly errorCode: number;
  readonly baseOffset: bigint;
}

const TIMEOUT_MS = 30_000;

/** Produce version 7, acks=all. */
export function produceProtocol(
  transactionalId: string | null,
  batches: readonly EncodedBatch[],
): Protocol<ProduceAnswer[]> {
  const encode = async () => {
    const bytes = batches.reduce((sum, batch) => sum + batch.bytes.length + batch.topic.length * 3 + 16, 64);
    const writer = new Writer(bytes).nullableString(transactionalId).int16(-1).int32(TIMEOUT_MS);
    writer.array([...Map.groupBy(batches, ({ topic }) => topic)], ([topic, list]) => {
      writer.string(topic).array(list, ({ partition, bytes }) => writer.int32(partition).bytes(bytes));
    });
    return writer.asRequest();
  };
  return {
    request: { apiKey: 0, apiVersion: 7, apiName: 'Produce', encode },
    response: {
      decode: async payload => decode(new Reader(payload)),
      parse: async (answers: ProduceAnswer[]) => answers,
    },
    requestTimeout: TIMEOUT_MS,
  };
}

function decode(reader: Reader): ProduceAnswer[] {
  return reader
    .array(() => {
      const topic = reader.string();
      return reader.array(() => {
        const partition = reader.int32();
        const errorCode = reader.int16();
        const baseOffset = reader.int64();
        reader.int64();
        reader.int64();
        return { topic, partition, errorCode, baseOffset };
      });
    })
    .flat();
}
