import { expect, test } from 'vitest';
import { decodeDetections } from '../decode-detections.ts';
import { ModelFileRefusedError } from '../errors.ts';
import { stretch } from '../fit.ts';
import type { ModelCard } from '../model-card.ts';
import { boxesOf, cardOf, source } from '../testing/boxes-of.ts';
import { picture, type TinyNetwork } from '../testing/tiny-onnx.ts';
import { withCoordinates } from '../with-coordinates.ts';
import type { CardOptions } from './propose-card.ts';

/** It only declares these sizes: a card needs no more. */
const output = (...dims: number[]): TinyNetwork['outputs'][number] => ({
  name: 'output0',
  dims: [1],
  declared: [1, ...dims],
});
const one = (...dims: number[]): TinyNetwork => ({ outputs: [output(...dims)] });
const named = (count: number): string =>
  `{${Array.from({ length: count }, (_, at) => `${at}: 'thing ${at}'`).join(', ')}}`;

function refusal(network: TinyNetwork, given: Partial<CardOptions> = {}): string {
  try {
    cardOf(network, given);
  } catch (error) {
    if (error instanceof ModelFileRefusedError) return `${error.reason}: ${error.message}`;
    throw error;
  }
  return 'it is taken';
}

test('a card has the names, the licence and the title it was given, the hash of the file, and defaults', () => {
  const card = cardOf(one(7, 8400), { title: 'Forks', classes: ['a', 'b', 'c'] });
  expect(card).toMatchObject({
    name: 'tiny',
    version: '1',
    licence: 'LicenseRef-own',
    title: 'Forks',
    file: 'tiny.onnx',
  });
  expect(card.sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(card.input).toMatchObject({ name: 'images', shape: [1, 3, 640, 640], valueRange: [0, 1], colourOrder: 'rgb' });
});

test('names are those that the person states, else those of the file, else COCO for 80, else numbers', () => {
  const withNames = { ...one(6, 8400), metadata: { names: "['a', 'b']" } };
  expect(cardOf(withNames, { classes: ['x', 'y'] }).classes).toEqual(['x', 'y']);
  expect(cardOf(withNames).classes).toEqual(['a', 'b']);
  expect(cardOf(one(84, 8400)).classes.slice(0, 2)).toEqual(['person', 'bicycle']);
  expect(cardOf(one(25200, 85)).classes[79]).toBe('toothbrush');
  expect(cardOf(one(6, 8400)).classes).toEqual(['class 0', 'class 1']);
});

test('two classes of one name, or without one, are refused: rules could not tell them apart', () => {
  const named = (classes: readonly string[]) => refusal(one(6, 8400), { classes });
  expect(named(['hand', 'hand'])).toMatch(/^classes: two of its classes are named hand/);
  expect(named(['hand', ' '])).toMatch(/^classes: the name of class 1 is blank/);
});

test('one class and 1,000 classes are taken; none and 2,001 are not', () => {
  expect(cardOf(one(5, 8400)).classes).toEqual(['class 0']);
  const many = { ...one(1004, 84), inputs: [{ ...picture, dims: [1, 3, 64, 64] }], metadata: { names: named(1000) } };
  expect(cardOf(many).classes).toHaveLength(1000);
  expect(refusal(one(2005, 8400))).toMatch(/^classes: its output has 2001 classes and a card takes up to 2000/);
  expect(refusal({ ...one(6, 8400), metadata: { names: named(3) } })).toBe(
    'classes: its output has 2 classes and 3 are named (thing 0, thing 1, thing 2...): state all 2 names in the order of the training',
  );
  expect(refusal({ ...one(6, 8400), metadata: { names: 'see the wiki' } })).toMatch(
    /^classes: the "names" in its metadata/,
  );
});

/** Shapes that two layouts have. Metadata decides, else the refusal says what to state. */
test.each<[string, TinyNetwork, Partial<CardOptions>, string]>([
  ['80 classes and objectness', one(8400, 85), {}, 'yolox'],
  ['80 classes', one(8400, 84), {}, 'ultralytics-detect-transposed'],
  [
    '81 named',
    one(8400, 85),
    { classes: Array.from({ length: 81 }, (_, at) => `${at}`) },
    'ultralytics-detect-transposed',
  ],
  ['79 or 80 classes', one(25200, 84), {}, 'yolov5'],
  ['2 named, 8,400 rows of 6', { ...one(8400, 6), metadata: { names: named(2) } }, {}, 'ultralytics-detect-transposed'],
  ['1 named, 8,400 rows of 6', { ...one(8400, 6), metadata: { names: named(1) } }, {}, 'yolox'],
  ['300 rows of 6', { ...one(300, 6), metadata: { names: named(2) } }, {}, 'ultralytics-end-to-end'],
  [
    '300 rows of 6 of an RT-DETR',
    { ...one(300, 6), metadata: { names: named(2), description: 'Ultralytics rtdetr-l model' } },
    {},
    'rt-detr',
  ],
  [
    'p6, with strides up to 64',
    { ...one(102000, 9), inputs: [{ ...picture, dims: [1, 3, 1280, 1280] }] },
    {},
    'yolov5',
  ],
  ['stated', one(8400, 12), { layout: 'yolox' }, 'yolox'],
])('of two layouts with the shape of %s the rule takes the right one', (_, network, given, layout) => {
  expect(cardOf(network, given).output.layout).toBe(layout);
});

test.each<[string, TinyNetwork, Partial<CardOptions>, RegExp]>([
  [
    'shapes that do not tell',
    one(8400, 12),
    {},
    /^layout: .* may have 8 classes, or 7 and an objectness: state the names of its classes/,
  ],
  [
    'sizes that are all free',
    { outputs: [{ ...output(7, 8400), declared: ['a', 'b', 'c'] }] },
    {},
    /^layout: .*state the layout .*dynamic=False/,
  ],
  ['56 rows', one(56, 8400), {}, /^classes: its output may have 52 classes, or one and 17 key points/],
  ['end-to-end without names', one(300, 6), {}, /^classes: .*state the classes/],
  [
    'a classifier',
    { outputs: [{ name: 'output0', dims: [1], declared: [1, 1000] }] },
    {},
    /^layout: .*classifies whole pictures/,
  ],
  [
    'a classifier by Ultralytics',
    { ...one(7, 8400), metadata: { task: 'classify' } },
    {},
    /^layout: its task is classify/,
  ],
  [
    'two unknown outputs',
    { outputs: [output(10, 20), { ...output(10, 30), name: 'b' }] },
    {},
    /^layout: its outputs are .* no layout that is known/,
  ],
  ['key points without their number', { ...one(56, 8400), metadata: { task: 'pose' } }, {}, /^layout: .*kpt_shape/],
  [
    'half floats',
    { ...one(7, 8400), inputs: [{ ...picture, type: 'float16' }] },
    {},
    /^input: its input images is float16.*half=False/,
  ],
  [
    'colours last',
    { ...one(7, 8400), inputs: [{ ...picture, dims: [1, 640, 640, 3] }] },
    {},
    /^input: .*the colours come last: .*--inputs-as-nchw/,
  ],
  ['one channel', { ...one(7, 8400), inputs: [{ ...picture, dims: [1, 1, 640, 640] }] }, {}, /^input: .*1 channels/],
  [
    'a second input',
    { ...one(7, 8400), inputs: [picture, { name: 'scale_factor', type: 'float32', dims: [1, 2] }] },
    {},
    /^input: it takes scale_factor besides the picture/,
  ],
  [
    'no picture',
    { ...one(7, 8400), inputs: [{ name: 'tokens', type: 'int64', dims: [1, 5] }] },
    {},
    /^input: its inputs are tokens int64 \[1, 5\], and none is a picture/,
  ],
  [
    'a huge picture',
    { ...one(7, 8400), inputs: [{ ...picture, dims: [1, 3, 1_000_000, 640] }] },
    {},
    /^input: its input is 1000000 px/,
  ],
  [
    'numbers as inputs',
    { ...one(7, 8400), inputs: [{ ...picture, type: 'int64' }] },
    {},
    /^input: its input images is int64/,
  ],
  [
    'boxes without names',
    {
      outputs: [
        { name: 'boxes', dims: [1, 5, 4] },
        { name: 'labels', type: 'int64', dims: [1, 5] },
        { name: 'scores', dims: [1, 5] },
      ],
    },
    {},
    /^classes: .*state the classes/,
  ],
])('refused with what to do: %s', (_, network, given, words) => {
  expect(refusal(network, given)).toMatch(words);
});

test('pictures are as the network was trained on: YOLOX takes BGR from 0 to 255, bytes stay bytes', () => {
  expect(cardOf(one(8400, 85)).input).toMatchObject({ colourOrder: 'bgr', valueRange: [0, 255] });
  const bytes = { ...one(84, 8400), inputs: [{ ...picture, type: 'uint8' as const }] };
  expect(cardOf(bytes).input).toMatchObject({ type: 'uint8', colourOrder: 'rgb', valueRange: [0, 255] });
});

test('the unit of boxes is told by what the file gives', async () => {
  const place = (x: number): TinyNetwork => ({
    outputs: [
      {
        name: 'output0',
        dims: [1, 5, 8400],
        numbers: [...[x, x, x / 2, x / 2, 0.9].flatMap(value => [value, ...new Array(8399).fill(0)])],
      },
    ],
  });
  const units: (string | undefined)[] = [];
  for (const x of [0.5, 320]) {
    let card = cardOf(place(x));
    const data = new Map([
      ['output0', { data: Float32Array.from(place(x).outputs[0]?.numbers ?? []), dims: [1, 5, 8400] }],
    ]);
    card = withCoordinates(card, data);
    units.push(card.output.layout === 'ultralytics-detect' ? card.output.coordinates : undefined);
    const [box] = decodeDetections(data, 0, card, stretch(source, { widthPx: 640, heightPx: 640 }));
    expect(box).toMatchObject({ x1Px: 480, x2Px: 800, y1Px: 270, y2Px: 450 });
  }
  expect(units).toEqual(['share', 'px']);
  const empty = new Map([['output0', { data: new Float32Array(5 * 8400), dims: [1, 5, 8400] }]]);
  const card = cardOf(place(0.5));
  expect(withCoordinates(card, empty)).toBe(card);
});

test('a turned box becomes the upright one around it, and key points come with their box', async () => {
  const turned: TinyNetwork = {
    outputs: [{ name: 'output0', dims: [1, 1, 7], numbers: [320, 320, 100, 40, 0.9, 0, Math.PI / 2] }],
    metadata: { task: 'obb', names: named(1), args: "{'nms': True}" },
  };
  const square = (card: ModelCard): ModelCard => ({ ...card, input: { ...card.input, fit: 'stretch' } });
  const [box] = await boxesOf(turned, {}, square);
  expect(box?.x1Px).toBeCloseTo(600, 2);
  expect(box?.x2Px).toBeCloseTo(680, 2);
  expect(box?.y2Px).toBeCloseTo(((320 + 50) * 720) / 640, 2);
  const pose: TinyNetwork = {
    outputs: [{ name: 'output0', dims: [1, 1, 12], numbers: [100, 100, 200, 200, 0.9, 0, 110, 120, 1, 150, 160, 0] }],
    metadata: { task: 'pose', names: named(1), args: "{'nms': True}", kpt_shape: '[2, 3]' },
  };
  const [person] = await boxesOf(pose, {}, square);
  expect(person?.points).toEqual([
    { xPx: 220, yPx: 135 },
    { xPx: 300, yPx: 180 },
  ]);
});
