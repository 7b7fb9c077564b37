import { expect, test } from 'vitest';
import { modelCardSchema } from './model-card.ts';
import { createInput, fitFor, packRgb } from './pack-input.ts';

const card = (type: 'uint8' | 'float32', colourOrder: 'rgb' | 'bgr') =>
  modelCardSchema.parse({
    name: 'test',
    version: '1',
    file: 'test.onnx',
    sha256: '0'.repeat(64),
    licence: 'Apache-2.0',
    task: 'detect',
    input: {
      name: 'images',
      shape: ['n', 3, 4, 2],
      type,
      layout: 'nchw',
      colourOrder,
      valueRange: type === 'uint8' ? [0, 255] : [0, 1],
    },
    output: { name: 'output0', layout: 'ultralytics-detect' },
    classes: ['hand'],
  });

const rgb = Uint8Array.from([10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120]);

test('a picture becomes planes between grey bars, and does not change its neighbours in the batch', () => {
  const ours = card('uint8', 'rgb');
  const input = createInput(ours, 2);
  packRgb(input, 1, rgb, fitFor(ours, { widthPx: 2, heightPx: 2 }), ours);
  const grey = [114, 114];
  expect([...input.data.subarray(0, 24)]).toEqual(Array(24).fill(114));
  expect([...input.data.subarray(24)]).toEqual([
    ...[...grey, 10, 40, 70, 100, ...grey],
    ...[...grey, 20, 50, 80, 110, ...grey],
    ...[...grey, 30, 60, 90, 120, ...grey],
  ]);
});

test('a model with float input and blue first is packed as its card says', () => {
  const theirs = card('float32', 'bgr');
  const input = createInput(theirs, 1);
  packRgb(input, 0, rgb, fitFor(theirs, { widthPx: 2, heightPx: 2 }), theirs);
  expect(input.data[2]).toBeCloseTo(30 / 255);
  expect(input.data[0]).toBeCloseTo(114 / 255);
});

test('colours with ranges of their own are each scaled by theirs, the bars too', () => {
  const { input, ...rest } = card('float32', 'rgb');
  const theirs = {
    ...rest,
    input: {
      ...input,
      valueRange: [
        [0, 1],
        [-1, 1],
        [0, 255],
      ],
    },
  };
  const packed = createInput(modelCardSchema.parse(theirs), 1);
  packRgb(packed, 0, rgb, fitFor(card('float32', 'rgb'), { widthPx: 2, heightPx: 2 }), modelCardSchema.parse(theirs));
  const first = (plane: number, at: number): number => packed.data[plane * 8 + at] ?? Number.NaN;
  expect([first(0, 0), first(1, 0), first(2, 0)]).toEqual([
    expect.closeTo(114 / 255),
    expect.closeTo((2 * 114) / 255 - 1),
    expect.closeTo(114),
  ]);
  expect([first(0, 2), first(1, 2), first(2, 2)]).toEqual([
    expect.closeTo(10 / 255),
    expect.closeTo(40 / 255 - 1),
    expect.closeTo(30),
  ]);
});
