import { expect, test } from 'vitest';
import type { BoxPx } from '../fit.ts';
import { boxToInput, letterbox, stretch } from '../fit.ts';
import type { ModelCard } from '../model-card.ts';
import { boxesOf, source, stretched } from '../testing/boxes-of.ts';
import type { TinyNetwork } from '../testing/tiny-onnx.ts';

type Sides = readonly [number, number, number, number];
type Planted = { readonly box: BoxPx; readonly classIndex: number; readonly confidence: number };

/** Two objects in px of the source. */
const planted: readonly Planted[] = [
  { box: { x1Px: 100, y1Px: 50, x2Px: 500, y2Px: 350 }, classIndex: 1, confidence: 0.9 },
  { box: { x1Px: 700, y1Px: 400, x2Px: 900, y2Px: 700 }, classIndex: 0, confidence: 0.6 },
];
const names = "{0: 'person', 1: \"dog's\", 2: 'a\\'b'}";

const input = { widthPx: 640, heightPx: 640 };
const corners = ({ x1Px, y1Px, x2Px, y2Px }: BoxPx): Sides => [x1Px, y1Px, x2Px, y2Px];
const centred = ({ x1Px, y1Px, x2Px, y2Px }: BoxPx): Sides => [
  (x1Px + x2Px) / 2,
  (y1Px + y2Px) / 2,
  x2Px - x1Px,
  y2Px - y1Px,
];
const scores = ({ classIndex, confidence }: Planted, classes: number): readonly number[] =>
  Array.from({ length: classes }, (_, at) => (at === classIndex ? confidence : 0));

/** Rows of places, padded with rows of zeros. */
const rows = (count: number, columns: number, places: readonly (readonly number[])[]): readonly number[] =>
  Array.from({ length: count }, (_, place) =>
    Array.from({ length: columns }, (_, column) => places[place]?.[column] ?? 0),
  ).flat();
const transposed = (count: number, columns: number, places: readonly (readonly number[])[]): readonly number[] =>
  Array.from({ length: columns }, (_, column) =>
    Array.from({ length: count }, (_, place) => places[place]?.[column] ?? 0),
  ).flat();

/** A layout's network from the planted objects as they lie in its input. */
type Case = {
  readonly layout: ModelCard['output']['layout'];
  readonly network: (inInput: readonly Planted[]) => TinyNetwork;
};

const CASES: Readonly<Record<string, Case>> = {
  'YOLOv8 to v12, raw': {
    layout: 'ultralytics-detect',
    network: objects => {
      const places = objects.map(one => [...centred(one.box), ...scores(one, 3)]);
      const dims = [1, 7, 8400];
      return { outputs: [{ name: 'output0', dims, numbers: transposed(8400, 7, places) }], metadata: { names } };
    },
  },
  'YOLOv10 or nms=True': {
    layout: 'ultralytics-end-to-end',
    network: objects => {
      const places = objects.map(({ box, confidence, classIndex }) => [...corners(box), confidence, classIndex]);
      return {
        outputs: [{ name: 'output0', dims: [1, 300, 6], numbers: rows(300, 6, places) }],
        metadata: { names, args: "{'batch': 1, 'nms': True}" },
      };
    },
  },
};

test.each(
  Object.entries(CASES).flatMap(([name, one]) => [
    { name, fit: 'letterbox' as const, ...one },
    { name, fit: 'stretch' as const, ...one },
  ]),
)('$name: the boxes come back in px of a picture that was scaled by $fit', async ({ fit, layout, network }) => {
  const scale = (fit === 'stretch' ? stretch : letterbox)(source, input);
  const objects = planted.map(one => ({ ...one, box: boxToInput(one.box, scale) }));
  let used: string | undefined;
  const found = await boxesOf(network(objects), {}, card => {
    used = card.output.layout;
    return fit === 'stretch' ? stretched(card) : card;
  });
  expect(used).toBe(layout);
  expect(found.map(({ className, classIndex }) => ({ className, classIndex }))).toEqual([
    { className: "dog's", classIndex: 1 },
    { className: 'person', classIndex: 0 },
  ]);
  found.forEach((box, at) => {
    expect(box.confidence).toBeCloseTo(planted[at]?.confidence ?? 0, 5);
    for (const side of ['x1Px', 'y1Px', 'x2Px', 'y2Px'] as const)
      expect(Math.abs(box[side] - (planted[at]?.box[side] ?? 0))).toBeLessThan(0.01);
  });
});
