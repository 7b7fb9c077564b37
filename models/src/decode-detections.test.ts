import { expect, test } from 'vitest';
import { decodeDetections } from './decode-detections.ts';
import { ModelNumbersInvalidError, ModelOutputUnexpectedError } from './errors.ts';
import { letterbox } from './fit.ts';
import type { ModelOutputs } from './layouts/tensors.ts';
import { type ModelCard, modelCardSchema, type ultralyticsLayouts } from './model-card.ts';

const fit = letterbox({ widthPx: 640, heightPx: 360 }, { widthPx: 384, heightPx: 224 });

const card = (layout: (typeof ultralyticsLayouts)[number]): ModelCard =>
  modelCardSchema.parse({
    name: 'test',
    version: '1',
    file: 'test.onnx',
    sha256: '0'.repeat(64),
    licence: 'Apache-2.0',
    task: 'detect',
    input: {
      name: 'images',
      shape: ['n', 3, 224, 384],
      type: 'uint8',
      layout: 'nchw',
      colourOrder: 'rgb',
      valueRange: [0, 255],
    },
    output: { name: 'output0', layout },
    classes: ['hand', 'pizza', 'scooper'],
  });

const outputs = (numbers: readonly number[], dims: readonly number[]): ModelOutputs =>
  new Map([['output0', { data: Float32Array.from(numbers), dims }]]);

/** Three places: a pizza, the same pizza with less confidence, nothing. */
const places = [
  [60, 64, 60, 60, 0.1, 0.9, 0],
  [61, 64, 60, 60, 0, 0.7, 0],
  [200, 100, 20, 20, 0.2, 0.1, 0.1],
];
const pizza = { className: 'pizza', classIndex: 1, x1Px: 50, y1Px: 50, x2Px: 150, y2Px: 150 };

test('one box of a heap remains, in px of the source picture, from either order of an Ultralytics export', () => {
  const rows = Array.from({ length: 7 }, (_, row) => places.map(place => place[row] ?? 0));
  const detect = outputs(rows.flat(), [1, 7, 3]);
  const [found, ...others] = decodeDetections(detect, 0, card('ultralytics-detect'), fit);
  expect(others).toEqual([]);
  expect(found).toMatchObject({ className: 'pizza', classIndex: 1 });
  expect(found?.confidence).toBeCloseTo(0.9);
  for (const side of ['x1Px', 'y1Px', 'x2Px', 'y2Px'] as const) expect(found?.[side]).toBeCloseTo(pizza[side]);
  const transposed = outputs(places.flat(), [1, 3, 7]);
  expect(decodeDetections(transposed, 0, card('ultralytics-detect-transposed'), fit)).toEqual([found]);
});

test('the boxes of an export with its own suppression are not changed', () => {
  const end = outputs([30, 34, 90, 94, 0.9, 1, 31, 34, 91, 94, 0.8, 1, 0, 0, 0, 0, 0, 0], [1, 3, 6]);
  const found = decodeDetections(end, 0, card('ultralytics-end-to-end'), fit);
  expect(found.map(box => box.confidence)).toEqual([expect.closeTo(0.9), expect.closeTo(0.8)]);
  expect(found[0]?.x1Px).toBeCloseTo(50);
});

test('the second picture of a batch has its own boxes', () => {
  const two = outputs([...places.flat().fill(0), ...places.flat()], [2, 3, 7]);
  const layout = card('ultralytics-detect-transposed');
  expect(decodeDetections(two, 0, layout, fit)).toEqual([]);
  expect(decodeDetections(two, 1, layout, fit)).toHaveLength(1);
});

test('an output whose shape differs from the card is refused', () => {
  const output = outputs(new Array(84 * 10).fill(0), [1, 84, 10]);
  expect(() => decodeDetections(output, 0, card('ultralytics-detect'), fit)).toThrow(ModelOutputUnexpectedError);
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, 7])(
  'a box with the confidence %s is an error, not a detection',
  confidence => {
    const output = outputs([30, 34, 90, 94, confidence, 1], [1, 1, 6]);
    expect(() => decodeDetections(output, 0, card('ultralytics-end-to-end'), fit)).toThrow(ModelNumbersInvalidError);
  },
);

test('a box with a corner that is no number is an error, and a confidence rounded above 1 is 1', () => {
  const boxes = (x1Px: number): ReturnType<typeof decodeDetections> =>
    decodeDetections(outputs([x1Px, 34, 90, 94, 1.0001, 1], [1, 1, 6]), 0, card('ultralytics-end-to-end'), fit);
  expect(() => boxes(Number.NaN)).toThrow(ModelNumbersInvalidError);
  expect(boxes(30)[0]?.confidence).toBe(1);
});
