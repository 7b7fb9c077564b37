import type { ModelPoint } from '../fit.ts';
import { inputSize, type ModelCard } from '../model-card.ts';
import { type ModelOutputs, numbersOf } from './tensors.ts';

/**
 * The joints of one person by MoveNet single pose: [n, 17, 3], each y, x and score, y and x as shares of the input. In
 * px of the input.
 * Source: TensorFlow Hub, `movenet/singlepose/lightning`.
 */
export function readMovenet(
  outputs: ModelOutputs,
  item: number,
  card: ModelCard,
  { points, names }: { readonly points: string; readonly names: readonly string[] },
): readonly ModelPoint[] {
  const { widthPx, heightPx } = inputSize(card);
  const numbers = numbersOf(outputs, points, item, [names.length, 3]);
  return names.map((name, at) => ({
    name,
    xPx: (numbers[at * 3 + 1] as number) * widthPx,
    yPx: (numbers[at * 3] as number) * heightPx,
    confidence: numbers[at * 3 + 2] as number,
  }));
}
