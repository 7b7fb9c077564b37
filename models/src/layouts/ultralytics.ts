import type { ModelCard, ultralyticsLayouts } from '../model-card.ts';
import type { ScoredBox } from '../non-max-suppression.ts';
import { type Coordinates, centredBox, columnsOf, corneredBox, type Rest, scaleOf } from './columns.ts';
import { bestClass, type ModelOutputs, numbersOf } from './tensors.ts';

type Layout = {
  readonly layout: (typeof ultralyticsLayouts)[number];
  readonly name: string;
  readonly coordinates?: Coordinates | undefined;
  readonly rest?: Rest | undefined;
};

/**
 * Boxes of an Ultralytics export. The layouts, for `c` classes, `a` places and `r` columns of masks, points or an angle:
 *
 *   ultralytics-detect             [n, 4 + c + r, a]   rows cx, cy, w, h, a row of scores per class, the rest   (v8, v9, v11, v12)
 *   ultralytics-detect-transposed  [n, a, 4 + c + r]   the same, a place per row
 *   ultralytics-end-to-end         [n, k, 6 + r]       x1, y1, x2, y2, confidence, class, the rest; already suppressed (v10,
 *                                                      nms=True). With an angle: cx, cy, w, h instead of corners.
 *
 * Source: docs.ultralytics.com, "Export", and the shapes of its exports; no code of it is used.
 */
export function readUltralytics(
  outputs: ModelOutputs,
  item: number,
  card: ModelCard,
  layout: Layout,
  least: number,
): readonly ScoredBox[] {
  const { name, rest } = layout;
  const columns = 4 + card.classes.length + columnsOf(rest);
  switch (layout.layout) {
    case 'ultralytics-detect': {
      const numbers = numbersOf(outputs, name, item, [columns, -1]);
      const places = numbers.length / columns;
      return readPlaces({ numbers, places, column: places, place: 1 }, card, layout, least);
    }
    case 'ultralytics-detect-transposed': {
      const numbers = numbersOf(outputs, name, item, [-1, columns]);
      return readPlaces({ numbers, places: numbers.length / columns, column: 1, place: columns }, card, layout, least);
    }
    case 'ultralytics-end-to-end':
      return readFinished(numbersOf(outputs, name, item, [-1, 6 + columnsOf(rest)]), card, layout, least);
  }
}

type Places = {
  readonly numbers: Float32Array;
  readonly places: number;
  /** Steps to the next column and to the next place. */
  readonly column: number;
  readonly place: number;
};

function readPlaces(
  { numbers, places, column, place }: Places,
  card: ModelCard,
  { coordinates, rest }: Layout,
  least: number,
): readonly ScoredBox[] {
  const classes = card.classes.length;
  const scale = scaleOf(card, coordinates);
  const boxes: ScoredBox[] = [];
  for (let at = 0; at < places * place; at += place) {
    const best = bestClass(numbers, at + 4 * column, column, classes, least);
    if (best === undefined) continue;
    const read = (which: number): number => numbers[at + which * column] as number;
    boxes.push(centredBox(read, best, scale, rest, 4 + classes));
  }
  return boxes;
}

function readFinished(
  numbers: Float32Array,
  card: ModelCard,
  { coordinates, rest }: Layout,
  least: number,
): readonly ScoredBox[] {
  const columns = 6 + columnsOf(rest);
  const scale = scaleOf(card, coordinates);
  const boxes: ScoredBox[] = [];
  for (let at = 0; at < numbers.length; at += columns) {
    const confidence = numbers[at + 4] as number;
    const classIndex = Math.round(numbers[at + 5] as number);
    if (confidence < least || classIndex < 0 || classIndex >= card.classes.length) continue;
    const read = (which: number): number => numbers[at + which] as number;
    const found = { classIndex, confidence };
    const box = (rest?.kind === 'angle' ? centredBox : corneredBox)(read, found, scale, rest, 6);
    if (!(box.x2Px <= box.x1Px || box.y2Px <= box.y1Px)) boxes.push(box);
  }
  return boxes;
}
