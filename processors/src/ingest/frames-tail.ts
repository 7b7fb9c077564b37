import { topics, UndecodableError } from '@sightline/schemas';
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
  const frames = { topic: cell.name(topics.frames), partition };
  const [start] = await cell.log.admin.listOffsets([frames], { timestampMs: sinceMs - CLOCK_DIFFERENCE_MS });
  const [end] = await cell.log.admin.listOffsets([frames], 'latest-committed');
  if (start === undefined || end === undefined || start.offset < 0n || start.offset >= end.offset) return found;
  const reader = await cell.log.reader({ maxBytesPerPartition: 4 * 1024 * 1024 });
  try {
    reader.seek(frames, start.offset);
    for (let next = start.offset; next < end.offset; ) {
      for (const batch of await reader.fetch()) {
        for (const record of batch.records) {
          const frame = await cell.decode(topics.frames, record).catch((error: unknown) => {
            if (error instanceof UndecodableError) return undefined; // inference puts it aside
            throw error;
          });
          if (frame !== undefined) found.set(frame.cameraId, positionOfFrame(frame));
        }
        next = batch.nextOffset;
      }
    }
    return found;
  } finally {
    await reader.close();
  }
}
