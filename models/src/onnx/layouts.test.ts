import { expect, test } from 'vitest';
import type { ModelBox } from '../decode-detections.ts';
import type { SizePx } from '../fit.ts';
import type { ModelCard } from '../model-card.ts';
import { boxesOf, stretched } from '../testing/boxes-of.ts';
import {
  centred,
  classes,
  columnsOf,
  corners,
  fitOf,
  inInput,
  names,
  type Planted,
  perClass,
  planted,
  rows,
  shares,
} from '../testing/planted.ts';
import { picture, type TinyInput, type TinyNetwork } from '../testing/tiny-onnx.ts';
import type { CardOptions } from './propose-card.ts';

/** Small, so that the tests are fast: the grids have 525 cells, YOLOv5 three places in each. */
const SQUARE: SizePx = { widthPx: 160, heightPx: 160 };
const small: TinyInput = { ...picture, dims: [1, 3, 160, 160] };
const USUAL: SizePx = { widthPx: 640, heightPx: 640 };
const dims = (...sizes: number[]): readonly number[] => [1, ...sizes];

/** The network of a layout, from the planted objects as they lie in its input. */
type Case = {
  readonly layout: ModelCard['output']['layout'];
  readonly network: (objects: readonly Planted[]) => TinyNetwork;
  /** Default 160 x 160. */
  readonly input?: SizePx;
  readonly given?: Partial<CardOptions>;
  /** Corrects the proposed card, as a person would. */
  readonly change?: (card: ModelCard) => ModelCard;
};

const GRID_SAMPLE = {
  operator: 'GridSample',
  inputs: [
    [1, 1, 1, 1],
    [1, 1, 1, 2],
  ],
};
const EXP = { operator: 'Exp', inputs: [[1]] };
const MASKS = { name: 'output1', dims: dims(32, 40, 40) };
const logit = (share: number): number => Math.log(share / (1 - share));

const detect = (objects: readonly Planted[], extra: readonly number[] = []) => {
  const columns = 7 + extra.length;
  const places = objects.map(one => [...centred(one), ...perClass(one), ...extra]);
  return { name: 'output0', dims: dims(columns, 525), numbers: columnsOf(525, columns, places) };
};
const finished = (
  objects: readonly Planted[],
  extra: readonly number[] = [],
  box: (one: Planted) => readonly number[] = corners,
) => {
  const places = objects.map(one => [...box(one), one.confidence, one.classIndex, ...extra]);
  return { name: 'output0', dims: dims(300, 6 + extra.length), numbers: rows(300, 6 + extra.length, places) };
};
const withObjectness = (objects: readonly Planted[], places: number, extra: readonly number[] = []) => {
  // Objectness times score is the confidence.
  const found = objects.map(one => [...centred(one), 0.95, ...perClass(one, share => share / 0.95), ...extra]);
  return { name: 'output', dims: dims(places, 8 + extra.length), numbers: rows(places, 8 + extra.length, found) };
};

/** Places of YOLOX's first grid, with strides of 8 px, before decoding. */
const yolox = (objects: readonly Planted[]) => {
  const places = objects.map((one): [number, readonly number[]] => {
    const [x = 0, y = 0, width = 0, height = 0] = centred(one).map(number => number / 8);
    const offsets = [x - Math.floor(x), y - Math.floor(y), Math.log(width), Math.log(height)];
    return [Math.floor(y) * 20 + Math.floor(x), [...offsets, 0.95, ...perClass(one, share => share / 0.95)]];
  });
  return { name: 'output', dims: dims(525, 8), numbers: rows(525, 8, new Map(places)) };
};

/** Boxes, labels and scores of one picture; `batch` is the outputs' first size. */
const three = (
  objects: readonly Planted[],
  names: readonly [string, string, string],
  box: (one: Planted) => readonly number[],
  {
    batch = [1],
    firstLabel = 0,
    labels = 'int64',
  }: { batch?: number[]; firstLabel?: number; labels?: 'int64' | 'float32' } = {},
): TinyNetwork['outputs'] => [
  { name: names[0], dims: [...batch, 10, 4], numbers: rows(10, 4, objects.map(box)) },
  { name: names[1], type: labels, dims: [...batch, 10], numbers: objects.map(one => one.classIndex + firstLabel) },
  { name: names[2], dims: [...batch, 10], numbers: objects.map(one => one.confidence) },
];

const free: TinyInput = { ...picture, dims: ['batch', 3, 'height', 'width'] };
const metadata = { names };

const CASES: Readonly<Record<string, Case>> = {
  'YOLOv8 to v12': { layout: 'ultralytics-detect', network: o => ({ outputs: [detect(o)], metadata }) },
  'YOLOv8 with free sizes, imgsz in the metadata': {
    layout: 'ultralytics-detect',
    input: { widthPx: 640, heightPx: 384 },
    network: o => ({
      inputs: [free],
      outputs: [{ ...detect(o), declared: ['batch', 7, 'anchors'] }],
      metadata: { ...metadata, imgsz: '[384, 640]' },
    }),
  },
  'YOLOv8 with free sizes and no imgsz': {
    layout: 'ultralytics-detect',
    input: USUAL,
    network: o => ({ inputs: [free], outputs: [{ ...detect(o), declared: ['', 7, ''] }], metadata }),
  },
  'YOLOv8 that hides all sizes of its output': {
    layout: 'ultralytics-detect',
    given: { layout: 'ultralytics-detect' },
    network: o => ({ outputs: [{ ...detect(o), declared: ['n', 'a', 'b'] }], metadata }),
  },
  'YOLOv8 with other names, bytes as input, a batch of 2 and names as a list': {
    layout: 'ultralytics-detect',
    network: o => {
      const output = detect(o);
      return {
        inputs: [{ name: 'x', type: 'uint8', dims: [2, 3, 160, 160] }],
        outputs: [{ name: 'y', dims: [2, 7, 525], numbers: output.numbers }],
        metadata: { names: `['person', "dog's", 'a\\'b']` },
      };
    },
  },
  'YOLOv8 that gives shares': {
    layout: 'ultralytics-detect',
    change: card =>
      card.output.layout === 'ultralytics-detect'
        ? { ...card, output: { ...card.output, coordinates: 'share' } }
        : card,
    network: o => {
      const places = o.map(one => [...shares(centred(one), SQUARE), ...perClass(one)]);
      return { outputs: [{ name: 'output0', dims: dims(7, 525), numbers: columnsOf(525, 7, places) }], metadata };
    },
  },
  'YOLOv8 transposed': {
    layout: 'ultralytics-detect-transposed',
    network: o => {
      const places = o.map(one => [...centred(one), ...perClass(one)]);
      return { outputs: [{ name: 'output0', dims: dims(525, 7), numbers: rows(525, 7, places) }], metadata };
    },
  },
  'YOLOv8 segment': {
    layout: 'ultralytics-detect',
    network: o => ({
      outputs: [detect(o, new Array(32).fill(5)), MASKS],
      metadata: { ...metadata, task: 'segment' },
    }),
  },
  'YOLOv8 pose': {
    layout: 'ultralytics-detect',
    network: o => ({
      outputs: [detect(o, new Array(51).fill(5))],
      metadata: { ...metadata, task: 'pose', kpt_shape: '[17, 3]' },
    }),
  },
  'YOLOv8 turned boxes (OBB)': {
    layout: 'ultralytics-detect',
    network: o => ({ outputs: [detect(o, [0])], metadata: { ...metadata, task: 'obb' } }),
  },
  YOLOv10: { layout: 'ultralytics-end-to-end', network: o => ({ outputs: [finished(o)], metadata }) },
  'YOLOv8 with nms=True and free sizes': {
    layout: 'ultralytics-end-to-end',
    input: USUAL,
    network: o => ({
      inputs: [free],
      outputs: [{ ...finished(o), declared: ['batch', 'boxes', 6] }],
      metadata: { ...metadata, args: "{'batch': 1, 'nms': True}" },
    }),
  },
  'segment with nms=True': {
    layout: 'ultralytics-end-to-end',
    network: o => ({
      outputs: [finished(o, new Array(32).fill(5)), MASKS],
      metadata: { ...metadata, task: 'segment', args: "{'nms': True}" },
    }),
  },
  'pose with nms=True': {
    layout: 'ultralytics-end-to-end',
    network: o => ({
      outputs: [finished(o, new Array(34).fill(5))],
      metadata: { ...metadata, task: 'pose', kpt_shape: '(17, 2)', args: "{'nms': True}" },
    }),
  },
  'OBB with nms=True': {
    layout: 'ultralytics-end-to-end',
    network: o => ({
      outputs: [finished(o, [0], centred)],
      metadata: { ...metadata, task: 'obb', args: "{'nms': True}" },
    }),
  },
  YOLOv5: { layout: 'yolov5', network: o => ({ outputs: [withObjectness(o, 1575)], metadata }) },
  'YOLOv5 of 2021, with its three grids as further outputs': {
    layout: 'yolov5',
    network: o => ({
      outputs: [withObjectness(o, 1575), { name: '339', dims: dims(3, 5, 5, 8) }],
      metadata,
    }),
  },
  'YOLOv5 with free sizes': {
    layout: 'yolov5',
    input: USUAL,
    network: o => ({
      inputs: [free],
      outputs: [{ ...withObjectness(o, 1575), declared: ['batch', 'anchors', 8] }],
      metadata,
    }),
  },
  'YOLOv5 segment': {
    layout: 'yolov5',
    network: o => ({ outputs: [withObjectness(o, 1575, new Array(32).fill(5)), MASKS], metadata }),
  },
  'YOLOv6, whose output is "outputs"': {
    layout: 'yolov5',
    given: { classes },
    network: o => ({ outputs: [{ ...withObjectness(o, 525), name: 'outputs' }] }),
  },
  YOLOX: { layout: 'yolox', given: { classes }, network: o => ({ outputs: [yolox(o)] }) },
  'YOLOX that decodes in its graph': {
    layout: 'yolov5',
    given: { classes },
    network: o => ({ outputs: [withObjectness(o, 525)], nodes: [EXP] }),
  },
  'RT-DETR by Ultralytics': {
    layout: 'rt-detr',
    network: o => {
      const places = o.map(one => [...shares(centred(one), SQUARE), ...perClass(one)]);
      const output = { name: 'output0', dims: dims(300, 7), numbers: rows(300, 7, places) };
      return { outputs: [output], nodes: [GRID_SAMPLE], metadata };
    },
  },
  'RT-DETR by Hugging Face': {
    layout: 'detr',
    given: { classes },
    network: o => ({
      outputs: [
        {
          name: 'logits',
          dims: dims(30, 3),
          numbers: rows(
            30,
            3,
            o.map(one => perClass(one, logit, -9)),
            -9,
          ),
        },
        {
          name: 'pred_boxes',
          dims: dims(30, 4),
          numbers: rows(
            30,
            4,
            o.map(one => shares(centred(one), SQUARE)),
          ),
        },
      ],
      nodes: [GRID_SAMPLE],
    }),
  },
  'DETR by Hugging Face': {
    layout: 'detr',
    given: { classes },
    network: o => {
      const nothing = [-9, -9, -9, 9];
      const logits = o.map(one => [...perClass(one, Math.log, -30), Math.log(1 - one.confidence)]);
      return {
        outputs: [
          { name: 'logits', dims: dims(30, 4), numbers: [...logits, ...new Array(28).fill(nothing)].flat() },
          {
            name: 'pred_boxes',
            dims: dims(30, 4),
            numbers: rows(
              30,
              4,
              o.map(one => shares(centred(one), SQUARE)),
            ),
          },
        ],
      };
    },
  },
  'RT-DETR by its authors, which takes the size of the picture': {
    layout: 'found-boxes',
    given: { classes },
    network: o => ({
      inputs: [
        { ...picture, dims: ['N', 3, 160, 160] },
        { name: 'orig_target_sizes', type: 'int64', dims: ['N', 2] },
      ],
      outputs: three(o, ['boxes', 'labels', 'scores'], corners),
    }),
  },
  'TorchVision, one picture without a batch': {
    layout: 'found-boxes',
    given: { classes },
    network: o => ({
      inputs: [{ ...picture, dims: [3, 160, 160] }],
      outputs: three(o, ['2543', '2544', '2545'], corners, { batch: [], firstLabel: 1 }),
    }),
  },
  "TensorFlow's detection API": {
    layout: 'found-boxes',
    given: { classes },
    network: o => ({
      inputs: [{ name: 'input_tensor', type: 'uint8', dims: [1, 3, 160, 160] }],
      outputs: [
        ...three(
          o,
          ['detection_boxes', 'detection_classes', 'detection_scores'],
          one => {
            const [left = 0, top = 0, right = 0, bottom = 0] = shares(corners(one), SQUARE);
            return [top, left, bottom, right];
          },
          { firstLabel: 1, labels: 'float32' },
        ),
        { name: 'num_detections', dims: dims(), numbers: [10] },
      ],
    }),
  },
};

const ALL = Object.entries(CASES).flatMap(([name, one]) =>
  (['letterbox', 'stretch'] as const).map(fit => ({ name, fit, ...one })),
);

test.each(ALL)('$name: boxes come back in px of a picture scaled by $fit', async one => {
  const { fit, layout, network, given, change = card => card, input = SQUARE } = one;
  let used: string | undefined;
  const found = await boxesOf({ inputs: [small], ...network(inInput(fitOf(fit, input))) }, given, proposed => {
    const card = change(proposed);
    used = card.output.layout;
    return fit === 'stretch' ? stretched(card) : card;
  });
  expect(used).toBe(layout);
  expectPlanted(found);
});

function expectPlanted(found: readonly ModelBox[]): void {
  expect(found.map(({ className, classIndex }) => ({ className, classIndex }))).toEqual([
    { className: "dog's", classIndex: 1 },
    { className: 'person', classIndex: 0 },
  ]);
  found.forEach((box, at) => {
    expect(box.confidence).toBeCloseTo(planted[at]?.confidence ?? 0, 4);
    for (const side of ['x1Px', 'y1Px', 'x2Px', 'y2Px'] as const)
      expect(Math.abs(box[side] - (planted[at]?.box[side] ?? 0)), side).toBeLessThan(0.01);
  });
}
