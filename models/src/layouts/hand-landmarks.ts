import type { ModelPoint } from '../fit.ts';
import { type ModelOutputs, numbersOf } from './tensors.ts';

/**
 * The joints of one hand by MediaPipe: `points` [n, 21, 3], each x, y in px of the input and a depth, which is not used;
 * `presence` [n, 1], the probability that there is a hand, which every point has as its confidence.
 * Source: MediaPipe, `hand_landmark_full.tflite` and its model card.
 */
export function readHandLandmarks(
  outputs: ModelOutputs,
  item: number,
  layout: { readonly points: string; readonly presence: string; readonly names: readonly string[] },
): readonly ModelPoint[] {
  const numbers = numbersOf(outputs, layout.points, item, [layout.names.length, 3]);
  const confidence = numbersOf(outputs, layout.presence, item, [1])[0] as number;
  return layout.names.map((name, at) => ({
    name,
    xPx: numbers[at * 3] as number,
    yPx: numbers[at * 3 + 1] as number,
    confidence,
  }));
}
