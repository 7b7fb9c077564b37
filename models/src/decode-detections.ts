import { type BoxPx, boxToSource, type Fit, type PointPx, pointToSource } from './fit.ts';
import { readMediapipeBoxes } from './layouts/mediapipe-boxes.ts';
import { readNanodet } from './layouts/nanodet.ts';
import { readSsd } from './layouts/ssd.ts';
import type { ModelOutputs } from './layouts/tensors.ts';
import { readUltralytics } from './layouts/ultralytics.ts';
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

/** Boxes of one picture of a batch. Throws ModelOutputUnexpectedError when the outputs are not what the card says. */
export function decodeDetections(
  outputs: ModelOutputs,
  item: number,
  card: ModelCard,
  fit: Fit,
  options: DecodeOptions = {},
): readonly ModelBox[] {
  const least = options.confidence ?? card.thresholds.confidence;
  const found = readBoxes(outputs, item, card, least);
  const single =
    card.output.layout === 'ultralytics-end-to-end'
      ? found.toSorted((a, b) => b.confidence - a.confidence)
      : suppress(found, options.overlap ?? card.thresholds.overlap);
  return single.slice(0, options.mostBoxes ?? 100).map(({ points, ...box }) => ({
    ...boxToSource(box, fit),
    className: card.classes[box.classIndex] ?? String(box.classIndex),
    classIndex: box.classIndex,
    confidence: box.confidence,
    ...(points && { points: points.map(point => pointToSource(point, fit)) }),
  }));
}

function readBoxes(outputs: ModelOutputs, item: number, card: ModelCard, least: number): readonly ScoredBox[] {
  const { output } = card;
  switch (output.layout) {
    case 'ultralytics-detect':
    case 'ultralytics-detect-transposed':
    case 'ultralytics-end-to-end':
      return readUltralytics(outputs, item, card, output, least);
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
