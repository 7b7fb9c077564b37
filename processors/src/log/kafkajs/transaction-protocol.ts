import type { OffsetCommit, TopicPartition } from '../log-client.ts';
import type { Protocol } from './cluster.ts';
import { BrokerRefusal } from './error-codes.ts';
import { Reader, Writer } from './wire.ts';

/** A producer's identity for coordinator and leaders. */
export interface ProducerIdentity {
  readonly producerId: bigint;
  readonly producerEpoch: number;
}

function protocol<T>(
  apiKey: number,
  apiVersion: number,
  apiName: string,
  writer: Writer,
  read: (reader: Reader) => T,
): Protocol<T> {
  return {
    request: { apiKey, apiVersion, apiName, encode: async () => writer.asRequest() },
    response: { decode: async payload => new Reader(payload), parse: async (reader: Reader) => read(reader) },
  };
}

function check(request: string, errorCode: number): void {
  if (errorCode !== 0) throw new BrokerRefusal(request, errorCode);
}

function checkPartitions(request: string, reader: Reader): void {
  reader.int32();
  reader.array(() => {
    reader.string();
    return reader.array(() => {
      reader.int32();
      check(request, reader.int16());
    });
  });
}

function checkWhole(request: string, reader: Reader): void {
  reader.int32();
  check(request, reader.int16());
}

export function initProducerId(transactionalId: string | null, timeoutMs: number): Protocol<ProducerIdentity> {
  const writer = new Writer().nullableString(transactionalId).int32(timeoutMs);
  return protocol(22, 1, 'InitProducerId', writer, reader => {
    checkWhole('InitProducerId', reader);
    return { producerId: reader.int64(), producerEpoch: reader.int16() };
  });
}

function head(transactionalId: string, { producerId, producerEpoch }: ProducerIdentity): Writer {
  return new Writer().string(transactionalId).int64(producerId).int16(producerEpoch);
}

export function addPartitionsToTxn(
  id: string,
  producer: ProducerIdentity,
  partitions: readonly TopicPartition[],
): Protocol<void> {
  const writer = head(id, producer);
  writer.array([...Map.groupBy(partitions, ({ topic }) => topic)], ([topic, list]) => {
    writer.string(topic).array(list, ({ partition }) => writer.int32(partition));
  });
  return protocol(24, 1, 'AddPartitionsToTxn', writer, reader => checkPartitions('AddPartitionsToTxn', reader));
}

export function addOffsetsToTxn(id: string, producer: ProducerIdentity, groupId: string): Protocol<void> {
  const writer = head(id, producer).string(groupId);
  return protocol(25, 1, 'AddOffsetsToTxn', writer, reader => checkWhole('AddOffsetsToTxn', reader));
}

export function endTxn(id: string, producer: ProducerIdentity, isCommit: boolean): Protocol<void> {
  const writer = head(id, producer).int8(isCommit ? 1 : 0);
  return protocol(26, 1, 'EndTxn', writer, reader => checkWhole('EndTxn', reader));
}

export function txnOffsetCommit(
  id: string,
  { producerId, producerEpoch }: ProducerIdentity,
  groupId: string,
  offsets: readonly OffsetCommit[],
): Protocol<void> {
  const writer = new Writer().string(id).string(groupId).int64(producerId).int16(producerEpoch);
  writer.array([...Map.groupBy(offsets, ({ topic }) => topic)], ([topic, list]) => {
    writer.string(topic).array(list, ({ partition, offset, metadata }) => {
      writer
        .int32(partition)
        .int64(offset)
        .string(metadata ?? '');
    });
  });
  return protocol(28, 1, 'TxnOffsetCommit', writer, reader => checkPartitions('TxnOffsetCommit', reader));
}
