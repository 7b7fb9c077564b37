import { inputSize, type ModelCard } from '../model-card.ts';
import type { ScoredBox } from '../non-max-suppression.ts';
import { type ModelOutputs, numbersOf, sigmoid } from './tensors.ts';

type Layout = {
  readonly scores: string;
  readonly boxes: string;
  readonly grids: readonly { readonly stride: number; readonly anchors: number }[];
  readonly points: readonly string[];
};

/**
 * Boxes and points of a MediaPipe detector (palms, faces): one class. `scores` is [n, anchors, 1] before the sigmoid,
 * `boxes` is [n, anchors, 4 + 2 x points]: centre, width and height, then the points, all in px of the input and
 * centre and points relative to the anchor. Anchors are the centres of cells, all of a cell together.
 * Source: MediaPipe, `ssd_anchors_calculator` and `tensors_to_detections_calculator` with fixed anchor sizes.
 */
export function readMediapipeBoxes(
  outputs: ModelOutputs,
  item: number,
  card: ModelCard,
  { grids, points, ...names }: Layout,
  least: number,
): readonly ScoredBox[] {
  const { widthPx, heightPx } = inputSize(card);
  const columnsOf = ({ stride }: Layout['grids'][number]): number => widthPx / stride;
  const count = grids.reduce((sum, grid) => sum + columnsOf(grid) * (heightPx / grid.stride) * grid.anchors, 0);
  const width = 4 + 2 * points.length;
  const scores = numbersOf(outputs, names.scores, item, [count, 1]);
  const boxes = numbersOf(outputs, names.boxes, item, [count, width]);
  const found: ScoredBox[] = [];
  let first = 0;
  for (const grid of grids) {
    const columns = columnsOf(grid);
    const ofGrid = columns * (heightPx / grid.stride) * grid.anchors;
    for (let anchor = 0; anchor < ofGrid; anchor++) {
      const confidence = sigmoid(scores[first + anchor] as number);
      if (confidence < least) continue;
      const cell = Math.floor(anchor / grid.anchors);
      const xPx = ((cell % columns) + 0.5) * grid.stride;
      const yPx = (Math.floor(cell / columns) + 0.5) * grid.stride;
      found.push(boxAt(boxes.subarray((first + anchor) * width, (first + anchor + 1) * width), xPx, yPx, confidence));
    }
    first += ofGrid;
  }
  return found;
}

function boxAt(numbers: Float32Array, anchorXPx: number, anchorYPx: number, confidence: number): ScoredBox {
  const [dx = 0, dy = 0, width = 0, height = 0, ...rest] = numbers;
  const xPx = anchorXPx + dx;
  const yPx = anchorYPx + dy;
  const points = [];
  for (let at = 0; at < rest.length; at += 2)
    points.push({ xPx: anchorXPx + (rest[at] ?? 0), yPx: anchorYPx + (rest[at + 1] ?? 0) });
  return {
    x1Px: xPx - width / 2,
    y1Px: yPx - height / 2,
    x2Px: xPx + width / 2,
    y2Px: yPx + height / 2,
    classIndex: 0,
    confidence,
    points,
  };
}
