import type { PartitionQueue, Passage } from './partition-queue.ts';

/**
 * Chooses up to `size` waiting pictures, across cameras and partitions: live pictures first, and the oldest first. When
 * a file's picture waits, it gets the last of several places, so neither kind starves. Of a camera with tiles it chooses
 * one picture, and none while one is looked at (`isLooking`); a live one goes alone, so that no other waits for its tiles.
 */
export function chooseBatch(
  queues: Iterable<PartitionQueue>,
  size: number,
  isLooking: (cameraId: string) => boolean = () => false,
): readonly Passage[] {
  const live: Passage[] = [];
  const files: Passage[] = [];
  const alone = new Set<string>();
  for (const queue of queues) {
    for (const passage of queue.waitingLive()) if (!isLooking(passage.head.cameraId)) live.push(passage);
    for (const passage of queue.waitingFiles()) {
      if (files.length === size) break;
      const { cameraId } = passage.head;
      if (isLooking(cameraId) || alone.has(cameraId)) continue;
      if (hasTiles(passage)) alone.add(cameraId);
      files.push(passage);
    }
  }
  live.sort((a, b) => a.head.capturedAtMs - b.head.capturedAtMs);
  const [first] = live;
  if (first !== undefined && hasTiles(first)) return [first];
  const keptForFiles = files.length > 0 && size > 1 ? 1 : 0;
  const taken = live.filter(passage => !hasTiles(passage)).slice(0, size - keptForFiles);
  return [...taken, ...files.slice(0, size - taken.length)];
}

const hasTiles = ({ models }: Passage): boolean => models.some(({ tiles }) => tiles !== null);
