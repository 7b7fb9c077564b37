import type { Evidence, FrameLineage, FrameReference, Violation } from '@sightline/schemas';
import type { BlobStore } from '../blobs/index.ts';
import type { FrameReader } from './frame-reader.ts';

/** A frame with its own picture, as a violation names it. */
interface Shown {
  readonly lineage: FrameLineage;
  readonly reference: FrameReference;
}

/**
 * The frame to show as proof: the peak. A peak that repeats an earlier picture has none: then the first or the last
 * frame.
 */
export function shownFrame({ peakFrame, firstFrame, lastFrame }: Violation): Shown | undefined {
  for (const lineage of [peakFrame, firstFrame, lastFrame])
    if (lineage.frame !== null) return { lineage, reference: lineage.frame };
  return undefined;
}

export const frameKey = ({ epoch, sequence }: FrameLineage): string => `${epoch}/${sequence}`;

/**
 * Copies the proof frame into the blob store. Resolves with its evidence record. Repeating it gives the same file and
 * record. Rejects when the blob store or the log fails: try again.
 */
export async function copyStill(violation: Violation, frames: FrameReader, blobs: BlobStore): Promise<Evidence> {
  const { violationId, cameraId, storeId, revision } = violation;
  const bundle = { violationId, cameraId, storeId, revision };
  const shown = shownFrame(violation);
  if (shown === undefined)
    return { ...bundle, files: [], missing: 'no frame of the violation had a picture of its own' };
  const found = await frames.find(shown.reference);
  if (found.kind === 'missing') return { ...bundle, files: [], missing: found.reason };
  const { epoch, sequence, capturedAtMs } = shown.lineage;
  const sha256 = await blobs.put(found.jpeg);
  const still = { role: 'still' as const, sha256, sizeBytes: found.jpeg.length, mediaType: 'image/jpeg' };
  return { ...bundle, files: [{ ...still, epoch, sequence, capturedAtMs }], missing: null };
}
