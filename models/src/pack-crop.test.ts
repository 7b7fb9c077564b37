import { expect, test } from 'vitest';
import type { Crop } from './crop.ts';
import { modelCardSchema } from './model-card.ts';
import { packCrop } from './pack-crop.ts';
import { createInput } from './pack-input.ts';

const card = modelCardSchema.parse({
  ...{ name: 'test', version: '1', file: 'test.onnx', sha256: '0'.repeat(64), licence: 'Apache-2.0', task: 'points' },
  input: {
    ...{ name: 'images', shape: ['n', 3, 2, 2], type: 'uint8', layout: 'nchw', colourOrder: 'bgr' },
    ...{ valueRange: [0, 255], padding: 7 },
  },
  output: { name: 'output0', layout: 'embedding', dimensions: 2 },
  classes: ['face'],
});

/** 4 x 3 pixels in rows of 5 bytes; green and blue are red + 1 and red + 2. */
const red = Uint8Array.from([10, 20, 30, 40, 0, 50, 60, 70, 80, 0, 90, 100, 110, 120, 0]);
const planes = { red, green: red.map(value => value + 1), blue: red.map(value => value + 2), strideBytes: 5 };
const source = { widthPx: 4, heightPx: 3 };

/** Red of the 2 x 2 input in its second place of two. */
function packed(crop: Pick<Crop, 'centre' | 'scale' | 'angle'>): readonly number[] {
  const input = createInput(card, 2);
  packCrop(input, 1, planes, { ...crop, source, input: { widthPx: 2, heightPx: 2 } }, card);
  expect([...input.data.subarray(0, 12)]).toEqual(Array(12).fill(7));
  const [blue, green, reds] = [12, 16, 20].map(from => [...input.data.subarray(from, from + 4)]);
  const isInside = (value: number): number => Number(value !== 7);
  expect(blue).toEqual(reds?.map(value => value + 2 * isInside(value)));
  expect(green).toEqual(reds?.map(value => value + isInside(value)));
  return reds ?? [];
}

test('a crop of the same scale has the pixels of its part, turned as it says', () => {
  const centre = { xPx: 2, yPx: 1 };
  expect(packed({ centre, scale: 1, angle: 0 })).toEqual([20, 30, 60, 70]);
  expect(packed({ centre, scale: 1, angle: Math.PI / 2 })).toEqual([30, 70, 20, 60]);
});

test('between pixels a crop has their mean, outside the picture the padding', () => {
  expect(packed({ centre: { xPx: 2, yPx: 1.5 }, scale: 1, angle: 0 })).toEqual([40, 50, 80, 90]);
  expect(packed({ centre: { xPx: 0, yPx: 1 }, scale: 1, angle: 0 })).toEqual([7, 10, 7, 50]);
  expect(packed({ centre: { xPx: 4, yPx: 3 }, scale: 1, angle: 0 })).toEqual([120, 7, 7, 7]);
});
