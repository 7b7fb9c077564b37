import type { PartitionQueue, Passage } from './partition-queue.ts';

/**
 * Up to `size` waiting pictures, across cameras and partitions: live ones first, the oldest first, but the last place
 * of several belongs to a file when one waits, so that neither starves.
 */
export function chooseBatch(queues: Iterable<PartitionQueue>, size: number): readonly Passage[] {
  const live: Passage[] = [];
  const files: Passage[] = [];
  for (const queue of queues) {
    live.push(...queue.waitingLive());
    for (const passage of queue.waitingFiles()) {
      if (files.length === size) break;
      files.push(passage);
    }
  }
  live.sort((a, b) => a.head.capturedAtMs - b.head.capturedAtMs);
  const keptForFiles = files.length > 0 && size > 1 ? 1 : 0;
  const taken = live.slice(0, size - keptForFiles);
  return [...taken, ...files.slice(0, size - taken.length)];
}
