import { inputSize, type ModelCard } from '../model-card.ts';
import type { ScoredBox } from '../non-max-suppression.ts';
import { bestClass, type ModelOutputs, numbersOf } from './tensors.ts';

type Layout = { readonly scores: string; readonly boxes: string };

/**
 * Boxes of a TensorFlow SSD whose boxes are decoded in the graph. `scores` is [n, places, classes], `boxes` is
 * [n, places, 4]: top, left, bottom, right as shares of the input.
 */
export function readSsd(
  outputs: ModelOutputs,
  item: number,
  card: ModelCard,
  layout: Layout,
  least: number,
): readonly ScoredBox[] {
  const { widthPx, heightPx } = inputSize(card);
  const classes = card.classes.length;
  const scores = numbersOf(outputs, layout.scores, item, [-1, classes]);
  const boxes = numbersOf(outputs, layout.boxes, item, [scores.length / classes, 4]);
  const found: ScoredBox[] = [];
  for (let place = 0; place < boxes.length / 4; place++) {
    const best = bestClass(scores, place * classes, 1, classes, least);
    if (best === undefined) continue;
    const [top = 0, left = 0, bottom = 0, right = 0] = boxes.subarray(place * 4, place * 4 + 4);
    found.push({
      x1Px: left * widthPx,
      y1Px: top * heightPx,
      x2Px: right * widthPx,
      y2Px: bottom * heightPx,
      ...best,
    });
  }
  return found;
}
