import type { PartitionQueue, Passage } from './partition-queue.ts';

/**
 * Chooses up to `size` waiting pictures, across cameras and partitions: live pictures first, and the oldest first. When
 * a file's picture waits, it gets the last of several places, so neither kind starves.
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
