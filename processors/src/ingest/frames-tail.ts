import { topics } from '@sightline/schemas';
import type { Cell } from '../process/index.ts';
import { type CapturePosition, later, positionOfFrame } from './capture-position.ts';

/** Largest difference between the clocks of ingest and broker. */
const CLOCK_DIFFERENCE_MS = 5_000;

/**
 * The last `frames` record of each camera of one partition, written since `sinceMs` (an ingest's clock). They are
 * needed after a crash, when a status can be up to 2 s behind. Reads a few seconds of the partition. `told`: where the
 * statuses say that the cameras were.
 */
export async function lastFrames(
  cell: Cell,
  partition: number,
  sinceMs: number,
  told: ReadonlyMap<string, CapturePosition>,
): Promise<ReadonlyMap<string, CapturePosition>> {
  const found = new Map<string, CapturePosition>();
  const follower = cell.follow(topics.frames, {
    partitions: [partition],
    from: { timestampMs: Math.max(0, sinceMs - CLOCK_DIFFERENCE_MS) },
    reader: { maxBytesPerPartition: 4 * 1024 * 1024 },
    handle: ({ value }) => {
      const before = found.get(value.cameraId) ?? told.get(value.cameraId);
      const position = positionOfFrame(value, before);
      found.set(value.cameraId, before === undefined ? position : later(position, before));
    },
    onReset: () => found.clear(),
  });
  try {
    await follower.caughtUp();
    return found;
  } finally {
    await follower.close();
  }
}
