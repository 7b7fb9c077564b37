import { ModelNumbersInvalidError } from './errors.ts';
import { type BoxPx, boxToSource, type Fit, type PointPx, pointToSource } from './fit.ts';
import { readDetr, readRtDetr } from './layouts/detr.ts';
import { readFoundBoxes } from './layouts/found-boxes.ts';
import { readMediapipeBoxes } from './layouts/mediapipe-boxes.ts';
import { readNanodet } from './layouts/nanodet.ts';
import { readSsd } from './layouts/ssd.ts';
import type { ModelOutputs } from './layouts/tensors.ts';
import { readUltralytics } from './layouts/ultralytics.ts';
import { readYolov5 } from './layouts/yolov5.ts';
import { readYolox } from './layouts/yolox.ts';
import type { ModelCard } from './model-card.ts';
import { type ScoredBox, suppress } from './non-max-suppression.ts';

/** One box that a model found, in px of the source picture. */
export type ModelBox = BoxPx & {
  readonly className: string;
  readonly classIndex: number;
  /** In [0, 1]. */
  readonly confidence: number;
  /** Of models that give points with their boxes; named in the card's output. */
  readonly points?: readonly PointPx[];
};

export type DecodeOptions = {
  /** Lowest confidence of a returned box; default the card's. */
  readonly confidence?: number;
  /** Largest overlap of two boxes of a class; default the card's. */
  readonly overlap?: number;
  /** Default 100, the most confident first. */
  readonly mostBoxes?: number;
};

/**
 * Boxes of one picture of a batch. Throws ModelOutputUnexpectedError when the outputs are not what the card
 * says, ModelNumbersInvalidError when their numbers are not.
 */
export function decodeDetections(
  outputs: ModelOutputs,
  item: number,
  card: ModelCard,
  fit: Fit,
  options: DecodeOptions = {},
): readonly ModelBox[] {
  const least = options.confidence ?? card.thresholds.confidence;
  const found = readBoxes(outputs, item, card, least);
  for (const box of found) expectNumbers(box);
  const single = FINISHED.has(card.output.layout)
    ? found.toSorted((a, b) => b.confidence - a.confidence)
    : suppress(found, options.overlap ?? card.thresholds.overlap);
  return single.slice(0, options.mostBoxes ?? 100).map(({ points, ...box }) => ({
    ...boxToSource(box, fit),
    className: card.classes[box.classIndex] ?? String(box.classIndex),
    classIndex: box.classIndex,
    confidence: Math.min(1, box.confidence),
    ...(points && { points: points.map(point => pointToSource(point, fit)) }),
  }));
}

/** Layouts that give one box an object, so that none is removed. */
const FINISHED: ReadonlySet<ModelCard['output']['layout']> = new Set([
  'ultralytics-end-to-end',
  'rt-detr',
  'detr',
  'found-boxes',
]);

/** A confidence may pass 1 by this much, by rounding. */
const ROUNDING = 1e-3;

/** Throws ModelNumbersInvalidError for numbers that no picture has: such a model is broken, or its card is wrong. */
function expectNumbers({ x1Px, y1Px, x2Px, y2Px, classIndex, confidence, points = [] }: ScoredBox): void {
  const numbers = [x1Px, y1Px, x2Px, y2Px, classIndex, confidence, ...points.flatMap(Object.values)];
  if (!numbers.every(Number.isFinite) || confidence > 1 + ROUNDING) throw new ModelNumbersInvalidError(numbers);
}

/** Boxes of one picture in px of the input, as the layout's file reads them: not checked, nothing suppressed. */
export function readBoxes(outputs: ModelOutputs, item: number, card: ModelCard, least: number): readonly ScoredBox[] {
  const { output } = card;
  switch (output.layout) {
    case 'ultralytics-detect':
    case 'ultralytics-detect-transposed':
    case 'ultralytics-end-to-end':
      return readUltralytics(outputs, item, card, output, least);
    case 'yolov5':
      return readYolov5(outputs, item, card, output, least);
    case 'yolox':
      return readYolox(outputs, item, card, output, least);
    case 'rt-detr':
      return readRtDetr(outputs, item, card, output, least);
    case 'detr':
      return readDetr(outputs, item, card, output, least);
    case 'found-boxes':
      return readFoundBoxes(outputs, item, card, output, least);
    case 'nanodet':
      return readNanodet(outputs, item, card, output, least);
    case 'ssd':
      return readSsd(outputs, item, card, output, least);
    case 'mediapipe-boxes':
      return readMediapipeBoxes(outputs, item, card, output, least);
    case 'hand-landmarks':
    case 'movenet':
    case 'embedding':
      throw new TypeError(`${card.name} finds no boxes: its layout is ${output.layout}`);
  }
}
