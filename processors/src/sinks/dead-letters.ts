import type { LogClient, LogHeaders, OutgoingRecord, TopicPartition } from '../log/index.ts';
import type { Block, DeadRecord } from './block.ts';

/** The original bytes of a record that did not decode, with the headers of KIP-1034. */
function deadLetter({ record, error }: DeadRecord, from: TopicPartition, to: TopicPartition): OutgoingRecord {
  const headers: LogHeaders = [
    ['__streams.errors.exception', Buffer.from(error.name)],
    ['__streams.errors.message', Buffer.from(error.message)],
    ['__streams.errors.stacktrace', Buffer.from(error.stack ?? '')],
    ['__streams.errors.topic', Buffer.from(from.topic)],
    ['__streams.errors.partition', Buffer.from(String(from.partition))],
    ['__streams.errors.offset', Buffer.from(String(record.offset))],
  ];
  return { ...to, key: record.key, value: record.value, headers: [...record.headers, ...headers] };
}

export interface DeadLetterOptions {
  readonly log: LogClient;
  readonly groupId: string;
  /** Complete name of the topic for dead letters, and its number of partitions. */
  readonly topic: string;
  readonly partitions: number;
}

/** Writes the dead letters of a block and ends its plan, both or neither. */
export type BuryDead = (block: Block, from: TopicPartition, stillPlanned: () => Promise<boolean>) => Promise<void>;

/**
 * Dead letters go out in one transaction with the offset behind their block, so each is written once. The
 * transactional.id belongs to the partition: who comes later shuts out who came before, then looks whether the plan
 * still stands.
 */
export function deadLetters({ log, groupId, topic, partitions }: DeadLetterOptions): BuryDead {
  return async (block, from, stillPlanned) => {
    const producer = await log.transactionalProducer(`${groupId}-${from.topic}-${from.partition}`);
    try {
      await producer.fence();
      if (!(await stillPlanned())) return;
      await producer.begin();
      const to = { topic, partition: from.partition % partitions };
      await producer.send(block.dead.map(dead => deadLetter(dead, from, to)));
      await producer.sendOffsets(groupId, [{ ...from, offset: block.max + 1n }]);
      await producer.commit();
    } finally {
      await producer.close();
    }
  };
}
