import { type Admin, findErrorBy } from '@platformatic/kafka';
import type { TopicPartition } from '../src/log/log-client.ts';

/** True when an error of the client has this Kafka error name. */
export const isOf = (error: unknown, name: string): boolean =>
  error instanceof Error && findErrorBy(error, 'apiId', name) !== null;

/** Committed offsets of a group, one for each partition asked for. */
export async function committedOf(admin: Admin, groupId: string, partitions: readonly TopicPartition[]) {
  const topics = [...Map.groupBy(partitions, ({ topic }) => topic)].map(([name, list]) => ({
    name,
    partitionIndexes: list.map(({ partition }) => partition),
  }));
  const [group] = await admin.listConsumerGroupOffsets({ groups: [{ groupId, topics }] });
  return partitions.map(({ topic, partition }) => {
    const found = group?.topics
      .find(({ name }) => name === topic)
      ?.partitions.find(p => p.partitionIndex === partition);
    const offset = found === undefined || found.committedOffset < 0n ? undefined : found.committedOffset;
    return { topic, partition, offset, metadata: found?.metadata ?? '' };
  });
}
