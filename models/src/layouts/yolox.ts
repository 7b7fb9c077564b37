import { inputSize, type ModelCard } from '../model-card.ts';
import type { ScoredBox } from '../non-max-suppression.ts';
import { bestClass, type ModelOutputs, numbersOf } from './tensors.ts';

type Layout = { readonly name: string; readonly strides: readonly number[] };

/**
 * Boxes of a YOLOX export, [n, a, 5 + c]: offset of the centre from the corner of its cell in strides, logarithm of width
 * and height in strides, objectness and scores after the sigmoid. The grids follow one another, row by row.
 * Source: YOLOX (Ge et al., 2021), and `demo_postprocess` in github.com/Megvii-BaseDetection/YOLOX (Apache-2.0).
 */
export function readYolox(
  outputs: ModelOutputs,
  item: number,
  card: ModelCard,
  { name, strides }: Layout,
  least: number,
): readonly ScoredBox[] {
  const { widthPx, heightPx } = inputSize(card);
  const classes = card.classes.length;
  const width = 5 + classes;
  const grids = strides.map(stride => ({
    stride,
    columns: Math.ceil(widthPx / stride),
    rows: Math.ceil(heightPx / stride),
  }));
  const places = grids.reduce((sum, { columns, rows }) => sum + columns * rows, 0);
  const numbers = numbersOf(outputs, name, item, [places, width]);
  const boxes: ScoredBox[] = [];
  let at = 0;
  for (const { stride, columns, rows } of grids) {
    for (let cell = 0; cell < columns * rows; cell++, at += width) {
      const [dx = 0, dy = 0, logWidth = 0, logHeight = 0, objectness = 0] = numbers.subarray(at, at + 5);
      if (objectness < least) continue;
      const best = bestClass(numbers, at + 5, 1, classes, Number.NEGATIVE_INFINITY);
      if (best === undefined) continue;
      const confidence = objectness * best.confidence;
      if (confidence < least) continue;
      const xPx = ((cell % columns) + dx) * stride;
      const yPx = (Math.floor(cell / columns) + dy) * stride;
      const halfWidth = (Math.exp(logWidth) * stride) / 2;
      const halfHeight = (Math.exp(logHeight) * stride) / 2;
      const box = { x1Px: xPx - halfWidth, y1Px: yPx - halfHeight, x2Px: xPx + halfWidth, y2Px: yPx + halfHeight };
      boxes.push({ ...box, classIndex: best.classIndex, confidence });
    }
  }
  return boxes;
}
