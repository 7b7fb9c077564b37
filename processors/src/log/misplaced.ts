import { partitionFor } from './murmur2.ts';

/**
 * Why a record with this key must not be in this partition of a topic, in a sentence; undefined: it may. The same key
 * in two partitions would have two owners. A partition beyond `partitions` was added meanwhile, so it is not judged.
 */
export function misplaced(topic: string, key: Buffer, partition: number, partitions: number): string | undefined {
  const own = partitionFor(key, partitions);
  if (own === partition || partition >= partitions) return undefined;
  return `a record of ${topic} is in partition ${partition}, but its key belongs to partition ${own} of ${partitions}: write it there`;
}
