import { readBoxes } from './decode-detections.ts';
import type { ModelOutputs } from './layouts/tensors.ts';
import type { ModelCard } from './model-card.ts';

/** No box of a network that gives px ends this near to the corner of every picture; no share is larger. */
const LARGEST_SHARE = 2;

/**
 * The card with the unit of its boxes corrected by what its file gave for a picture: px of the input, or shares of it. The
 * shapes cannot tell. The same card when no box was found, or when the layout has one unit only.
 */
export function withCoordinates(card: ModelCard, outputs: ModelOutputs): ModelCard {
  const { output } = card;
  switch (output.layout) {
    case 'ultralytics-detect':
    case 'ultralytics-detect-transposed':
    case 'ultralytics-end-to-end':
    case 'yolov5':
    case 'rt-detr':
    case 'found-boxes': {
      const asPx = { ...card, output: { ...output, coordinates: 'px' as const } };
      const ends = readBoxes(outputs, 0, asPx, 0).flatMap(({ x2Px, y2Px }) => [x2Px, y2Px]);
      const furthest = ends.reduce((most, end) => Math.max(most, end), 0);
      if (!(furthest > 0)) return card;
      return { ...card, output: { ...output, coordinates: furthest > LARGEST_SHARE ? 'px' : 'share' } };
    }
    default:
      return card;
  }
}
