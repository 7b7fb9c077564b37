import { ModelOutputUnexpectedError } from './errors.ts';
import { type BoxPx, boxToSource, type Letterbox } from './letterbox.ts';
import type { ModelCard } from './model-card.ts';
import { type ScoredBox, suppress } from './non-max-suppression.ts';

/** One box that a model found, in px of the source picture. */
export type ModelBox = BoxPx & {
  readonly className: string;
  readonly classIndex: number;
  /** In [0, 1]. */
  readonly confidence: number;
};

export type DecodeOptions = {
  /** Lowest confidence of a returned box; default 0.3. */
  readonly confidence?: number;
  /** Largest overlap of two boxes of a class; default 0.45. */
  readonly overlap?: number;
  /** Default 100, the most confident first. */
  readonly mostBoxes?: number;
};

/** A model's output tensor: its numbers row by row, and its shape with the batch first. */
export type OutputTensor = { readonly data: Float32Array; readonly dims: readonly number[] };

/**
 * Boxes of one picture of a batch. The layouts, for `c` classes and `a` places, all in px of the input:
 *
 *   ultralytics-detect             [n, 4 + c, a]   rows cx, cy, w, h, then a row of scores per class   (v8, v9, v11, v12)
 *   ultralytics-detect-transposed  [n, a, 4 + c]   the same, a place per row
 *   ultralytics-end-to-end         [n, k, 6]       x1, y1, x2, y2, confidence, class; already suppressed (v10, nms=True)
 */
export function decodeDetections(
  output: OutputTensor,
  item: number,
  card: ModelCard,
  fit: Letterbox,
  options: DecodeOptions = {},
): readonly ModelBox[] {
  const least = options.confidence ?? 0.3;
  const found = readBoxes(output, item, card, least);
  const single =
    card.output.layout === 'ultralytics-end-to-end' ? byConfidence(found) : suppress(found, options.overlap ?? 0.45);
  return single.slice(0, options.mostBoxes ?? 100).map(box => ({
    ...boxToSource(box, fit),
    className: card.classes[box.classIndex] ?? String(box.classIndex),
    classIndex: box.classIndex,
    confidence: box.confidence,
  }));
}

function readBoxes({ data, dims }: OutputTensor, item: number, card: ModelCard, least: number): readonly ScoredBox[] {
  const [, second = 0, third = 0] = dims;
  const rows = 4 + card.classes.length;
  const from = item * second * third;
  switch (card.output.layout) {
    case 'ultralytics-detect':
      expectShape(dims, second === rows, `[n, ${rows}, places]`);
      return readPlaces(
        data.subarray(from, from + second * third),
        third,
        card.classes.length,
        { row: third, place: 1 },
        least,
      );
    case 'ultralytics-detect-transposed':
      expectShape(dims, third === rows, `[n, places, ${rows}]`);
      return readPlaces(
        data.subarray(from, from + second * third),
        second,
        card.classes.length,
        { row: 1, place: rows },
        least,
      );
    case 'ultralytics-end-to-end':
      expectShape(dims, third === 6, '[n, boxes, 6]');
      return readFinished(data.subarray(from, from + second * third), second, card.classes.length, least);
  }
}

function expectShape(dims: readonly number[], fits: boolean, expected: string): void {
  if (dims.length !== 3 || !fits) throw new ModelOutputUnexpectedError(dims, expected);
}

type Steps = { readonly row: number; readonly place: number };

function readPlaces(
  data: Float32Array,
  places: number,
  classes: number,
  step: Steps,
  least: number,
): readonly ScoredBox[] {
  const boxes: ScoredBox[] = [];
  for (let place = 0; place < places; place++) {
    const at = place * step.place;
    let classIndex = 0;
    let confidence = -1;
    for (let c = 0; c < classes; c++) {
      const score = data[at + (4 + c) * step.row] as number;
      if (score > confidence) {
        confidence = score;
        classIndex = c;
      }
    }
    if (confidence < least) continue;
    const cx = data[at] as number;
    const cy = data[at + step.row] as number;
    const halfW = (data[at + 2 * step.row] as number) / 2;
    const halfH = (data[at + 3 * step.row] as number) / 2;
    boxes.push({ x1Px: cx - halfW, y1Px: cy - halfH, x2Px: cx + halfW, y2Px: cy + halfH, classIndex, confidence });
  }
  return boxes;
}

function readFinished(data: Float32Array, count: number, classes: number, least: number): readonly ScoredBox[] {
  const boxes: ScoredBox[] = [];
  for (let i = 0; i < count; i++) {
    const [x1Px = 0, y1Px = 0, x2Px = 0, y2Px = 0, confidence = 0, classIndex = 0] = data.subarray(i * 6, i * 6 + 6);
    if (confidence < least || classIndex >= classes || x2Px <= x1Px || y2Px <= y1Px) continue;
    boxes.push({ x1Px, y1Px, x2Px, y2Px, classIndex: Math.round(classIndex), confidence });
  }
  return boxes;
}

function byConfidence(boxes: readonly ScoredBox[]): readonly ScoredBox[] {
  return boxes.toSorted((a, b) => b.confidence - a.confidence);
}
