import { type DeadLetterTarget, deadLetter, type LogClient, type TopicPartition } from '../log/index.ts';
import { type Block, writeMark } from './block.ts';

export interface DeadLetterOptions {
  readonly log: LogClient;
  readonly groupId: string;
  readonly target: DeadLetterTarget;
}

/** Writes the dead letters of a block and commits the offset behind it, both or neither. */
export type BuryDead = (block: Block, from: TopicPartition, stillPlanned: () => Promise<boolean>) => Promise<void>;

/**
 * Dead letters go out in one transaction with the offset behind their block, so each is written once. The
 * transactional.id belongs to the partition: a new owner fences the old one, then checks that the plan is still there.
 */
export function deadLetters({ log, groupId, target }: DeadLetterOptions): BuryDead {
  return async (block, from, stillPlanned) => {
    const producer = await log.transactionalProducer(`${groupId}-${from.topic}-${from.partition}`);
    try {
      await producer.fence();
      if (!(await stillPlanned())) return;
      await producer.begin();
      const letters = block.dead.map(({ record, error }) =>
        deadLetter(
          target,
          record,
          { topic: block.origin.topic, partition: block.origin.partition, offset: record.offset },
          error,
        ),
      );
      await producer.send(letters);
      await producer.sendOffsets(groupId, [
        { ...from, offset: block.max + 1n, metadata: writeMark(block.origin.topicId) },
      ]);
      await producer.commit();
    } finally {
      await producer.close();
    }
  };
}
