import type { ModelCard } from '../model-card.ts';
import type { ScoredBox } from '../non-max-suppression.ts';
import { type Coordinates, centredBox, scaleOf } from './columns.ts';
import { bestClass, type ModelOutputs, numbersOf, sigmoid } from './tensors.ts';

type OneOutput = { readonly name: string; readonly coordinates?: Coordinates | undefined };
type TwoOutputs = { readonly scores: string; readonly boxes: string; readonly noObject?: boolean | undefined };

/**
 * Boxes of an RT-DETR export by Ultralytics, [n, k, 4 + c]: cx, cy, w, h as shares of the input, then a score per class
 * after the sigmoid. A query finds one object, so nothing is suppressed.
 * Source: RT-DETR (Zhao et al., 2023), section 4, and docs.ultralytics.com.
 */
export function readRtDetr(
  outputs: ModelOutputs,
  item: number,
  card: ModelCard,
  { name, coordinates = 'share' }: OneOutput,
  least: number,
): readonly ScoredBox[] {
  const classes = card.classes.length;
  const columns = 4 + classes;
  const numbers = numbersOf(outputs, name, item, [-1, columns]);
  const scale = scaleOf(card, coordinates);
  const boxes: ScoredBox[] = [];
  for (let at = 0; at < numbers.length; at += columns) {
    const best = bestClass(numbers, at + 4, 1, classes, least);
    const read = (which: number): number => numbers[at + which] as number;
    if (best !== undefined) boxes.push(centredBox(read, best, scale, undefined, columns));
  }
  return boxes;
}

/**
 * Boxes of a DETR or RT-DETR export by Hugging Face. `boxes` is [n, k, 4]: cx, cy, w, h as shares of the input. `scores` is
 * [n, k, c] before the sigmoid, or with `noObject` [n, k, c + 1] before the softmax.
 * Source: DETR (Carion et al., 2020), section 3; `post_process_object_detection` in transformers (Apache-2.0).
 */
export function readDetr(
  outputs: ModelOutputs,
  item: number,
  card: ModelCard,
  { scores, boxes, noObject = false }: TwoOutputs,
  least: number,
): readonly ScoredBox[] {
  const classes = card.classes.length;
  const width = noObject ? classes + 1 : classes;
  const logits = numbersOf(outputs, scores, item, [-1, width]);
  const queries = logits.length / width;
  const places = numbersOf(outputs, boxes, item, [queries, 4]);
  const scale = scaleOf(card, 'share');
  const found: ScoredBox[] = [];
  for (let query = 0; query < queries; query++) {
    const from = query * width;
    const best = bestClass(logits, from, 1, classes, Number.NEGATIVE_INFINITY);
    if (best === undefined) continue;
    const { classIndex, confidence: logit } = best;
    const confidence = noObject ? softmaxOf(logits.subarray(from, from + width), logit) : sigmoid(logit);
    const read = (which: number): number => places[query * 4 + which] as number;
    if (!(confidence < least)) found.push(centredBox(read, { classIndex, confidence }, scale, undefined, 4));
  }
  return found;
}

/** The share of one logit among all of a query. */
function softmaxOf(logits: Float32Array, logit: number): number {
  const highest = logits.reduce((most, one) => Math.max(most, one), logit);
  const total = logits.reduce((sum, one) => sum + Math.exp(one - highest), 0);
  return Math.exp(logit - highest) / total;
}
