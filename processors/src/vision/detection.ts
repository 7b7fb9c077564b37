import { type Detection, topics } from '@sightline/schemas';
import type { Passage } from './partition-queue.ts';

/** The one `detections` record for a record of `frames`. */
export function detectionOf({ head, partition, offset, outcome, skipReason, results }: Passage): Detection {
  const { cameraId, epoch, sequence, source, capturedAtMs, mediaTimeMs, widthPx, heightPx, sha256 } = head;
  const frame = sha256 === null ? null : { topic: topics.frames.name, partition, offset: Number(offset), sha256 };
  return {
    cameraId,
    epoch,
    sequence,
    source,
    capturedAtMs,
    mediaTimeMs,
    widthPx,
    heightPx,
    outcome,
    skipReason,
    frame,
    results,
  };
}

/** The record to send when the log refuses the whole one for its size: the frame counts as skipped. */
export const withoutResults = (detection: Detection): Detection => ({
  ...detection,
  ...(detection.outcome === 'detected' && { outcome: 'skipped', skipReason: 'too-large' }),
  results: [],
});
