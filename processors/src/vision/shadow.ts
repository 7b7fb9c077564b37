import { intersectionOverUnion } from '@sightline/models';
import type { Box, ModelResult, ShadowDetection } from '@sightline/schemas';
import { foundIn, topics } from '@sightline/schemas';
import type { FrameHead } from './frame-head.ts';

/** Boxes of a class that overlap by this much are of the same object. */
const SAME_OVERLAP = 0.5;

/** The results of a serving version and its shadow on one picture. */
export interface Compared {
  readonly serving: ModelResult;
  readonly shadow: ModelResult;
}

/** The record of a comparison; undefined when a result has no boxes. */
export function shadowDetection(
  { head, partition, offset }: { readonly head: FrameHead; readonly partition: number; readonly offset: bigint },
  storeId: string,
  { serving, shadow }: Compared,
): ShadowDetection | undefined {
  const { cameraId, epoch, sequence, capturedAtMs, widthPx, heightPx, sha256 } = head;
  const [servingBoxes, shadowBoxes] = [boxesOf(serving), boxesOf(shadow)];
  if (servingBoxes === undefined || shadowBoxes === undefined || sha256 === null) return undefined;
  return {
    ...{ cameraId, storeId, epoch, sequence, capturedAtMs, widthPx, heightPx },
    frame: { topic: topics.frames.name, partition, offset: Number(offset), sha256 },
    ...{ model: serving.model, servingVersion: serving.version, shadowVersion: shadow.version },
    agreed: agreedOf(servingBoxes, shadowBoxes),
    ...{ servingBoxes, shadowBoxes },
  };
}

const boxesOf = ({ payload }: ModelResult): readonly Box[] | undefined =>
  foundIn(payload)?.boxes.map(({ points: _, ...box }) => box);

/** Number of pairs of one class that overlap by half, the largest overlaps first; a box has at most one partner. */
export function agreedOf(serving: readonly Box[], shadow: readonly Box[]): number {
  const pairs = serving.flatMap((one, a) =>
    shadow.flatMap((other, b) => {
      const overlap = one.className === other.className ? intersectionOverUnion(one, other) : 0;
      return overlap >= SAME_OVERLAP ? [{ a, b, overlap }] : [];
    }),
  );
  const taken = { serving: new Set<number>(), shadow: new Set<number>() };
  for (const { a, b } of pairs.toSorted((x, y) => y.overlap - x.overlap)) {
    if (taken.serving.has(a) || taken.shadow.has(b)) continue;
    taken.serving.add(a);
    taken.shadow.add(b);
  }
  return taken.serving.size;
}
