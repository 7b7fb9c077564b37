import { topics } from '@sightline/schemas';
import type { Cell } from '../process/index.ts';
import { type CapturePosition, positionOfFrame } from './capture-position.ts';

/** Clocks of ingest and broker may differ by this much. */
const CLOCK_DIFFERENCE_MS = 5_000;

/**
 * The last records in `frames` of cameras of one partition, written since `sinceMs` (an ingest's clock): a status is up
 * to 2 s behind them when the process that wrote it died. Reads a few seconds of the partition.
 */
export async function lastFrames(
  cell: Cell,
  partition: number,
  sinceMs: number,
): Promise<ReadonlyMap<string, CapturePosition>> {
  const found = new Map<string, CapturePosition>();
  const follower = cell.follow(topics.frames, {
    partitions: [partition],
    from: { timestampMs: Math.max(0, sinceMs - CLOCK_DIFFERENCE_MS) },
    reader: { maxBytesPerPartition: 4 * 1024 * 1024 },
    handle: ({ value }) => found.set(value.cameraId, positionOfFrame(value)),
    onReset: () => found.clear(),
  });
  try {
    await follower.caughtUp();
    return found;
  } finally {
    await follower.close();
  }
}
