import type { ModelCard } from '../model-card.ts';
import type { ScoredBox } from '../non-max-suppression.ts';
import { type Coordinates, scaleOf } from './columns.ts';
import { type ModelOutputs, numbersOf } from './tensors.ts';

type Layout = {
  readonly boxes: string;
  readonly labels: string;
  readonly scores: string;
  readonly coordinates?: Coordinates | undefined;
  readonly corners: 'xyxy' | 'yxyx';
  readonly firstLabel: number;
};

/**
 * Boxes of a network that finishes them in its graph: `boxes` [n, k, 4], `labels` [n, k], `scores` [n, k]. A file that
 * takes one picture without a batch leaves out n.
 * Source: RT-DETR's and D-FINE's own exports; TorchVision's detectors, reference "Object Detection" (labels from 1, 0 is
 * the background); TensorFlow's detection API, `exporter_main_v2` (`detection_boxes` as shares, top first).
 */
export function readFoundBoxes(
  outputs: ModelOutputs,
  item: number,
  card: ModelCard,
  { corners, coordinates, firstLabel, ...names }: Layout,
  least: number,
): readonly ScoredBox[] {
  const given = card.input.batched ? outputs : withBatch(outputs);
  const scores = numbersOf(given, names.scores, item, [-1]);
  const labels = numbersOf(given, names.labels, item, [scores.length]);
  const boxes = numbersOf(given, names.boxes, item, [scores.length, 4]);
  const scale = scaleOf(card, coordinates);
  const found: ScoredBox[] = [];
  for (let at = 0; at < scores.length; at++) {
    const confidence = scores[at] as number;
    const classIndex = Math.round(labels[at] as number) - firstLabel;
    if (confidence < least || classIndex < 0 || classIndex >= card.classes.length) continue;
    const [a = 0, b = 0, c = 0, d = 0] = boxes.subarray(at * 4, at * 4 + 4);
    const [left, top, right, bottom] = corners === 'xyxy' ? [a, b, c, d] : [b, a, d, c];
    const box = { x1Px: left * scale.x, y1Px: top * scale.y, x2Px: right * scale.x, y2Px: bottom * scale.y };
    found.push({ ...box, classIndex, confidence });
  }
  return found;
}

const withBatch = (outputs: ModelOutputs): ModelOutputs =>
  new Map([...outputs].map(([name, { data, dims }]) => [name, { data, dims: [1, ...dims] }]));
