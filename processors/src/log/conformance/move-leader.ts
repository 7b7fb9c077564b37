import type { Admin } from 'kafkajs-unpatched';
import kafkajs from 'kafkajs-unpatched';
import type { TopicPartition } from '../log-client.ts';
import { NotOfferedError, until } from './check.ts';

/** Reassigns a single-replica partition to another broker of the cluster, if there is one. */
export async function moveLeader(brokers: readonly string[], at: TopicPartition): Promise<void> {
  const admin = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    const { brokers: nodes } = await admin.describeCluster();
    const leader = await leaderOf(admin, at);
    const other = nodes.find(({ nodeId }) => nodeId !== leader)?.nodeId;
    if (other === undefined) throw new NotOfferedError('there is one broker');
    const { topic, partition } = at;
    const partitionAssignment = [{ partition, replicas: [other] }];
    await admin.alterPartitionReassignments({ topics: [{ topic, partitionAssignment }] });
    await until(async () => (await leaderOf(admin, at)) === other, `broker ${other} leading ${topic}`, 60_000);
  } finally {
    await admin.disconnect();
  }
}

async function leaderOf(admin: Admin, { topic, partition }: TopicPartition): Promise<number> {
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  return topics[0]?.partitions.find(({ partitionId }) => partitionId === partition)?.leader ?? -1;
}
