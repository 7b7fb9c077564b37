import type { Admin } from 'kafkajs-unpatched';
import type { LogAdmin } from '../src/log/log-client.ts';

/** Committed offsets of a group, one for each partition asked for. */
export async function committedOf(admin: Admin, groupId: string, partitions: Parameters<LogAdmin['committed']>[1]) {
  const topics = [...new Set(partitions.map(({ topic }) => topic))];
  const found = await admin.fetchOffsets({ groupId, topics });
  return partitions.map(({ topic, partition }) => {
    const one = found.find(t => t.topic === topic)?.partitions.find(p => p.partition === partition);
    const offset = one === undefined || one.offset === '-1' ? undefined : BigInt(one.offset);
    return { topic, partition, offset, metadata: one?.metadata ?? '' };
  });
}
