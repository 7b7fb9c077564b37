import type { BoxPx, PointPx } from './fit.ts';

export type ScoredBox = BoxPx & {
  readonly classIndex: number;
  readonly confidence: number;
  readonly points?: readonly PointPx[];
};

/**
 * Keeps the most confident box of each group: removes a box when a more confident one of its class overlaps it by more
 * than `overlap` (intersection over union). Most confident first; equal confidence keeps the given order. O(boxes^2).
 * Source: greedy non-maximum suppression, textbook.
 */
export function suppress<T extends ScoredBox>(boxes: readonly T[], overlap: number): readonly T[] {
  const kept: T[] = [];
  for (const box of boxes.toSorted((a, b) => b.confidence - a.confidence)) {
    if (kept.every(other => other.classIndex !== box.classIndex || intersectionOverUnion(other, box) <= overlap))
      kept.push(box);
  }
  return kept;
}

/** In [0, 1]; 0 when the boxes do not meet. */
export function intersectionOverUnion(a: BoxPx, b: BoxPx): number {
  const wide = Math.min(a.x2Px, b.x2Px) - Math.max(a.x1Px, b.x1Px);
  const high = Math.min(a.y2Px, b.y2Px) - Math.max(a.y1Px, b.y1Px);
  if (wide <= 0 || high <= 0) return 0;
  const shared = wide * high;
  return shared / (areaOf(a) + areaOf(b) - shared);
}

function areaOf(box: BoxPx): number {
  return (box.x2Px - box.x1Px) * (box.y2Px - box.y1Px);
}
