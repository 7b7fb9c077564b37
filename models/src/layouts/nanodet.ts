import { inputSize, type ModelCard } from '../model-card.ts';
import type { ScoredBox } from '../non-max-suppression.ts';
import { bestClass, type ModelOutputs, numbersOf } from './tensors.ts';

type Layout = { readonly scores: string; readonly boxes: string; readonly strides: readonly number[] };

/** Each side of a box is a distribution over the distances 0 to 10, in strides. */
const BINS = 11;

/**
 * Boxes of NanoDet. `scores` is [n, places, classes] after the sigmoid, `boxes` is [n, places, 4 x 11]: logits of the
 * distances from the centre of a cell to left, top, right and bottom. The grids follow one another, row by row.
 * Source: Generalized Focal Loss (Li et al., 2020), section 3.
 */
export function readNanodet(
  outputs: ModelOutputs,
  item: number,
  card: ModelCard,
  layout: Layout,
  least: number,
): readonly ScoredBox[] {
  const { widthPx, heightPx } = inputSize(card);
  const classes = card.classes.length;
  const grids = layout.strides.map(stride => ({ stride, columns: widthPx / stride, rows: heightPx / stride }));
  const places = grids.reduce((sum, { columns, rows }) => sum + columns * rows, 0);
  const scores = numbersOf(outputs, layout.scores, item, [places, classes]);
  const sides = numbersOf(outputs, layout.boxes, item, [places, 4 * BINS]);
  const found: ScoredBox[] = [];
  let place = 0;
  for (const { stride, columns, rows } of grids) {
    for (let cell = 0; cell < columns * rows; cell++, place++) {
      const best = bestClass(scores, place * classes, 1, classes, least);
      if (best === undefined) continue;
      const xPx = ((cell % columns) + 0.5) * stride;
      const yPx = (Math.floor(cell / columns) + 0.5) * stride;
      const side = (index: number): number => stride * expectedBin(sides, (place * 4 + index) * BINS);
      found.push({ x1Px: xPx - side(0), y1Px: yPx - side(1), x2Px: xPx + side(2), y2Px: yPx + side(3), ...best });
    }
  }
  return found;
}

/** The mean of a distribution that is given by its logits. */
function expectedBin(logits: Float32Array, from: number): number {
  let highest = Number.NEGATIVE_INFINITY;
  for (let bin = 0; bin < BINS; bin++) highest = Math.max(highest, logits[from + bin] as number);
  let total = 0;
  let weighted = 0;
  for (let bin = 0; bin < BINS; bin++) {
    const weight = Math.exp((logits[from + bin] as number) - highest);
    total += weight;
    weighted += weight * bin;
  }
  return weighted / total;
}
