import type { ModelCard, ultralyticsLayouts } from '../model-card.ts';
import type { ScoredBox } from '../non-max-suppression.ts';
import { bestClass, type ModelOutputs, numbersOf } from './tensors.ts';

type Layout = { readonly layout: (typeof ultralyticsLayouts)[number]; readonly name: string };

/**
 * Boxes of an Ultralytics detect export. The layouts, for `c` classes and `a` places, all in px of the input:
 *
 *   ultralytics-detect             [n, 4 + c, a]   rows cx, cy, w, h, then a row of scores per class   (v8, v9, v11, v12)
 *   ultralytics-detect-transposed  [n, a, 4 + c]   the same, a place per row
 *   ultralytics-end-to-end         [n, k, 6]       x1, y1, x2, y2, confidence, class; already suppressed (v10, nms=True)
 */
export function readUltralytics(
  outputs: ModelOutputs,
  item: number,
  { classes }: ModelCard,
  { layout, name }: Layout,
  least: number,
): readonly ScoredBox[] {
  const rows = 4 + classes.length;
  switch (layout) {
    case 'ultralytics-detect': {
      const numbers = numbersOf(outputs, name, item, [rows, -1]);
      return readPlaces(numbers, classes.length, { row: numbers.length / rows, place: 1 }, least);
    }
    case 'ultralytics-detect-transposed':
      return readPlaces(numbersOf(outputs, name, item, [-1, rows]), classes.length, { row: 1, place: rows }, least);
    case 'ultralytics-end-to-end':
      return readFinished(numbersOf(outputs, name, item, [-1, 6]), classes.length, least);
  }
}

type Steps = { readonly row: number; readonly place: number };

function readPlaces(numbers: Float32Array, classes: number, step: Steps, least: number): readonly ScoredBox[] {
  const boxes: ScoredBox[] = [];
  const places = numbers.length / (4 + classes);
  for (let place = 0; place < places; place++) {
    const at = place * step.place;
    const best = bestClass(numbers, at + 4 * step.row, step.row, classes, least);
    if (best === undefined) continue;
    const cx = numbers[at] as number;
    const cy = numbers[at + step.row] as number;
    const halfW = (numbers[at + 2 * step.row] as number) / 2;
    const halfH = (numbers[at + 3 * step.row] as number) / 2;
    boxes.push({ x1Px: cx - halfW, y1Px: cy - halfH, x2Px: cx + halfW, y2Px: cy + halfH, ...best });
  }
  return boxes;
}

function readFinished(numbers: Float32Array, classes: number, least: number): readonly ScoredBox[] {
  const boxes: ScoredBox[] = [];
  for (let at = 0; at < numbers.length; at += 6) {
    const [x1Px = 0, y1Px = 0, x2Px = 0, y2Px = 0, confidence = 0, classIndex = 0] = numbers.subarray(at, at + 6);
    if (confidence < least || classIndex >= classes || x2Px <= x1Px || y2Px <= y1Px) continue;
    boxes.push({ x1Px, y1Px, x2Px, y2Px, classIndex: Math.round(classIndex), confidence });
  }
  return boxes;
}
