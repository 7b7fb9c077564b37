import type { BoxPx } from './fit.ts';
import { intersectionOverUnion } from './non-max-suppression.ts';

/** Boxes of one class in one picture. `ignored` truths do not count, whether found or missed. */
export type JudgedPicture = {
  readonly found: readonly (BoxPx & { readonly confidence: number })[];
  readonly truths: readonly (BoxPx & { readonly ignored?: boolean })[];
};

export type Precision = { readonly ap: number; readonly truths: number };

/**
 * Average precision of one class: area under the precision-recall curve, with precision made non-increasing (Everingham
 * et al. 2010, all points). A box is right when it is the most confident one that overlaps a truth by at least
 * `overlap` (intersection over union). Without any counting truth: 1.
 */
export function averagePrecision(pictures: readonly JudgedPicture[], overlap = 0.5): Precision {
  const marks = pictures.flatMap(picture => judge(picture, overlap)).sort((a, b) => b.confidence - a.confidence);
  const truths = pictures.reduce((sum, picture) => sum + picture.truths.filter(truth => !truth.ignored).length, 0);
  if (truths === 0) return { ap: 1, truths };
  const precisions: number[] = [];
  const recalls: number[] = [];
  let right = 0;
  for (const [i, mark] of marks.entries()) {
    if (mark.right) right++;
    precisions.push(right / (i + 1));
    recalls.push(right / truths);
  }
  let ap = 0;
  let best = 0;
  for (let i = marks.length - 1; i >= 0; i--) {
    best = Math.max(best, precisions[i] ?? 0);
    ap += best * ((recalls[i] ?? 0) - (recalls[i - 1] ?? 0));
  }
  return { ap, truths };
}

function judge({ found, truths }: JudgedPicture, overlap: number): { confidence: number; right: boolean }[] {
  const free = new Set(truths);
  const marks: { confidence: number; right: boolean }[] = [];
  for (const box of found.toSorted((a, b) => b.confidence - a.confidence)) {
    const truth = nearest(box, free, overlap);
    if (truth) free.delete(truth);
    if (!truth?.ignored) marks.push({ confidence: box.confidence, right: truth !== undefined });
  }
  return marks;
}

/** Counting truths come before ignored ones. */
function nearest(box: BoxPx, truths: ReadonlySet<JudgedPicture['truths'][number]>, overlap: number) {
  let best: JudgedPicture['truths'][number] | undefined;
  let bestScore = 0;
  for (const truth of truths) {
    const shared = intersectionOverUnion(box, truth);
    const score = shared + (truth.ignored ? 0 : 1);
    if (shared >= overlap && score > bestScore) {
      best = truth;
      bestScore = score;
    }
  }
  return best;
}
