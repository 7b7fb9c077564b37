import type { ModelCard } from '../model-card.ts';
import type { ScoredBox } from '../non-max-suppression.ts';
import { type Coordinates, centredBox, columnsOf, type Rest, scaleOf } from './columns.ts';
import { bestClass, type ModelOutputs, numbersOf } from './tensors.ts';

type Layout = {
  readonly name: string;
  readonly coordinates?: Coordinates | undefined;
  readonly rest?: Rest | undefined;
};

/**
 * Boxes of a YOLOv5 export, [n, a, 5 + c + r]: cx, cy, w, h, objectness, a score per class, then masks. A confidence is
 * objectness times score. YOLOv6, YOLOv7 and a YOLOX that decodes in its graph write the same.
 * Source: github.com/ultralytics/yolov5, README on exports, and the shapes of its exports; no code of it is used.
 */
export function readYolov5(
  outputs: ModelOutputs,
  item: number,
  card: ModelCard,
  { name, coordinates, rest }: Layout,
  least: number,
): readonly ScoredBox[] {
  const classes = card.classes.length;
  const columns = 5 + classes + columnsOf(rest);
  const numbers = numbersOf(outputs, name, item, [-1, columns]);
  const scale = scaleOf(card, coordinates);
  const boxes: ScoredBox[] = [];
  for (let at = 0; at < numbers.length; at += columns) {
    const objectness = numbers[at + 4] as number;
    if (objectness < least) continue;
    const best = bestClass(numbers, at + 5, 1, classes, Number.NEGATIVE_INFINITY);
    if (best === undefined) continue;
    const confidence = objectness * best.confidence;
    if (confidence < least) continue;
    const read = (which: number): number => numbers[at + which] as number;
    boxes.push(centredBox(read, { ...best, confidence }, scale, rest, 5 + classes));
  }
  return boxes;
}
