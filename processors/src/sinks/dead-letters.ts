import type { LogClient, LogHeaders, OutgoingRecord, TopicPartition } from '../log/index.ts';
import { DEAD_LETTER_HEADERS } from '../runtime/index.ts';
import type { Block, DeadRecord, Origin } from './block.ts';

/** The original bytes of a record that did not decode, with the headers of KIP-1034. */
function deadLetter({ record, error }: DeadRecord, origin: Origin, to: TopicPartition): OutgoingRecord {
  const said: readonly (readonly [keyof typeof DEAD_LETTER_HEADERS, string])[] = [
    ['exception', error.name],
    ['message', error.message],
    ['stacktrace', error.stack ?? ''],
    ['topic', origin.topic],
    ['partition', String(origin.partition)],
    ['offset', String(record.offset)],
  ];
  const headers: LogHeaders = [
    ...record.headers,
    ...said.map(([name, text]) => [DEAD_LETTER_HEADERS[name], Buffer.from(text)] as const),
  ];
  return { ...to, key: record.key, value: record.value, headers };
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
      await producer.send(block.dead.map(dead => deadLetter(dead, block.origin, to)));
      await producer.sendOffsets(groupId, [{ ...from, offset: block.max + 1n }]);
      await producer.commit();
    } finally {
      await producer.close();
    }
  };
}
