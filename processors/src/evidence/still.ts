import type { Evidence, EvidenceFile, EvidenceRole, FrameLineage, FrameReference, Violation } from '@sightline/schemas';
import type { BlobStore } from '../blobs/index.ts';
import type { FrameReader } from './frame-reader.ts';

/** A frame with its own picture, as a violation names it. */
interface Shown {
  readonly lineage: FrameLineage;
  readonly reference: FrameReference;
}

/** Files of a violation that are in the blob store already, by role. */
export type KeptFiles = ReadonlyMap<EvidenceRole, EvidenceFile>;

/**
 * The frame to show as proof: the peak. A peak that repeats an earlier picture has none: then the first or the last
 * frame.
 */
export function shownFrame({ peakFrame, firstFrame, lastFrame }: Violation): Shown | undefined {
  return [peakFrame, firstFrame, lastFrame].map(withPicture).find(shown => shown !== undefined);
}

const withPicture = (lineage: FrameLineage): Shown | undefined =>
  lineage.frame === null ? undefined : { lineage, reference: lineage.frame };

export const frameKey = ({ epoch, sequence }: Pick<FrameLineage, 'epoch' | 'sequence'>): string =>
  `${epoch}/${sequence}`;

/**
 * Copies the still, the first frame, and the last frame of a closed violation into the blob store. A frame that `kept`
 * has is not copied again. Resolves with the evidence record; repeating it gives the same files and record. Rejects when
 * the blob store or the log fails: try again.
 */
export async function copyEvidence(
  violation: Violation,
  kept: KeptFiles,
  frames: FrameReader,
  blobs: BlobStore,
): Promise<Evidence> {
  const { violationId, cameraId, storeId, revision } = violation;
  const bundle = { violationId, cameraId, storeId, revision };
  const shown = shownFrame(violation);
  if (shown === undefined)
    return { ...bundle, files: [], missing: 'no frame of the violation had a picture of its own' };
  const copied = new Map([...kept.values()].map(file => [frameKey(file), file]));
  const copy = async (role: EvidenceRole, of: Shown): Promise<EvidenceFile | string> => {
    const known = copied.get(frameKey(of.lineage));
    if (known !== undefined) return { ...known, role };
    const found = await frames.find(of.reference);
    if (found.kind === 'missing') return found.reason;
    const { epoch, sequence, capturedAtMs } = of.lineage;
    const sha256 = await blobs.put(found.jpeg);
    const stored = { sha256, sizeBytes: found.jpeg.length, mediaType: 'image/jpeg', epoch, sequence, capturedAtMs };
    copied.set(frameKey(of.lineage), { role, ...stored });
    return { role, ...stored };
  };
  const still = await copy('still', shown);
  if (typeof still === 'string') return { ...bundle, files: [], missing: still };
  const files = [still];
  const edges = [
    { role: 'first', of: withPicture(violation.firstFrame) },
    { role: 'last', of: violation.state === 'closed' ? withPicture(violation.lastFrame) : undefined },
  ] as const;
  for (const { role, of } of edges) {
    const file = of && (await copy(role, of));
    if (typeof file === 'object') files.push(file);
  }
  return { ...bundle, files, missing: null };
}
