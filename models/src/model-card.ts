import { z } from 'zod';
import type { SizePx } from './fit.ts';

/** A fixed batch size, or `n` for any. */
const dimension = z.union([z.literal('n'), z.int().positive()]);

/** Layouts of an Ultralytics export; `layouts/ultralytics.ts` describes each. */
export const ultralyticsLayouts = [
  'ultralytics-detect',
  'ultralytics-detect-transposed',
  'ultralytics-end-to-end',
] as const;

const coordinates = z
  .enum(['px', 'share'])
  .optional()
  .describe('unit of the boxes: px of the input (default), or shares of its width and height, from 0 to 1');

/** Columns of a place after its classes. */
const rest = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('masks'), columns: z.int().positive() }).describe('mask coefficients, not used'),
    z.strictObject({
      kind: z.literal('points'),
      names: z.array(z.string().min(1)).min(1).readonly(),
      columns: z.union([z.literal(2), z.literal(3)]).describe('of each point: x, y and perhaps how visible it is'),
    }),
    z.strictObject({ kind: z.literal('angle') }).describe('radians by which the box is turned'),
  ])
  .optional();

const tensorName = z.string().min(1).describe("name in the ONNX file's graph");
const valueRange = z.tuple([z.number(), z.number()]);
const stride = z.int().positive().describe('px of the input from one cell to the next');

/** What the outputs are, by layout. Files in `layouts/` read one layout each. */
const output = z.discriminatedUnion('layout', [
  z.strictObject({ layout: z.enum(ultralyticsLayouts), name: tensorName, coordinates, rest }),
  z.strictObject({ layout: z.literal('yolov5'), name: tensorName, coordinates, rest }),
  z.strictObject({
    layout: z.literal('yolox'),
    name: tensorName,
    strides: z.array(stride).min(1).describe('grids in the order of the places'),
  }),
  z.strictObject({ layout: z.literal('rt-detr'), name: tensorName, coordinates }),
  z.strictObject({
    layout: z.literal('detr'),
    scores: tensorName,
    boxes: tensorName,
    noObject: z.boolean().optional().describe('the last column of the scores means: nothing here (DETR, not RT-DETR)'),
  }),
  z.strictObject({
    layout: z.literal('found-boxes'),
    boxes: tensorName,
    labels: tensorName,
    scores: tensorName,
    coordinates,
    corners: z
      .enum(['xyxy', 'yxyx'])
      .describe('order of the corners: left, top, right, bottom; or top, left, bottom, right'),
    firstLabel: z.int().min(0).max(1).describe('label of the first class'),
  }),
  z.strictObject({
    layout: z.literal('nanodet'),
    scores: tensorName,
    boxes: tensorName,
    strides: z.array(stride).min(1).describe('grids in the order of the places'),
  }),
  z.strictObject({ layout: z.literal('ssd'), scores: tensorName, boxes: tensorName }),
  z.strictObject({
    layout: z.literal('mediapipe-boxes'),
    scores: tensorName,
    boxes: tensorName,
    grids: z.array(z.strictObject({ stride, anchors: z.int().positive().describe('anchors of a cell') })).min(1),
    points: z.array(z.string().min(1)).describe('names of the points of an object, in order'),
  }),
  z.strictObject({
    layout: z.literal('hand-landmarks'),
    points: tensorName,
    presence: tensorName,
    handedness: tensorName,
    names: z.array(z.string().min(1)).length(21),
  }),
  z.strictObject({ layout: z.literal('movenet'), points: tensorName, names: z.array(z.string().min(1)).length(17) }),
  z.strictObject({ layout: z.literal('embedding'), name: tensorName, dimensions: z.int().positive() }),
]);

const pointName = z.string().min(1).describe('name of a point of the box');
const pointPx = z.tuple([z.number(), z.number()]).describe('x and y in px of the input');

/** Which parts of a picture a model looks at: those around the boxes that other models found. */
const crop = z.strictObject({
  className: z.string().min(1).describe('class of the boxes'),
  most: z.int().min(1).max(32).describe('most boxes of a picture that it looks at, the most confident first'),
  orWhole: z
    .boolean()
    .default(false)
    .describe('true: it looks at the whole picture when no model before it in the plan looks for the class'),
  place: z.discriminatedUnion('by', [
    z
      .strictObject({
        by: z.literal('box'),
        scale: z.number().positive().describe('side of the square as a share of the longer side of the box'),
        shift: z.number().default(0).describe('moves the square down its own way, as a share of the height of the box'),
        up: z.tuple([pointName, pointName]).optional().describe('turns the square until the second is above the first'),
      })
      .describe('a square around the box'),
    z
      .strictObject({
        by: z.literal('points'),
        points: z.tuple([pointName, pointName]),
        at: z.tuple([pointPx, pointPx]),
      })
      .describe('turned and scaled until two points of the box lie at these places'),
  ]),
});

const score = z.object({
  ap50: z.number().min(0).max(1).describe('average precision at an overlap of 0.5'),
  boxes: z.int().nonnegative().describe('number of true boxes in the measurement'),
});

/** The properties of one ONNX file. A model runs only with its card. */
export const modelCardSchema = z.strictObject({
  name: z.string().min(1),
  version: z.string().min(1),
  title: z.string().min(1).max(200).optional().describe('what it finds, for a person'),
  note: z.string().min(1).optional().describe('what a person must know before trusting it'),
  file: z.string().min(1).describe('path of the ONNX file, relative to the card'),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal digits'),
  licence: z.string().min(1).describe('SPDX identifier'),
  task: z.enum(['detect', 'points', 'embed']).describe('embed: the whole input becomes one vector'),
  crop: crop.optional().describe('absent: it looks at whole pictures'),
  input: z.strictObject({
    name: z.string().min(1),
    shape: z
      .tuple([dimension, z.literal(3), z.int().positive(), z.int().positive()])
      .describe('[n, 3, height, width] in px'),
    type: z.enum(['uint8', 'float32']),
    layout: z.literal('nchw'),
    colourOrder: z.enum(['rgb', 'bgr']),
    valueRange: z
      .union([valueRange, z.tuple([valueRange, valueRange, valueRange])])
      .describe('values of black and white; or those of each colour, in their order'),
    fit: z.enum(['letterbox', 'stretch']).default('letterbox').describe('how a picture of other proportions is scaled'),
    sizes: tensorName.optional().describe('second input, which takes width and height of each picture in px as int64'),
    batched: z.boolean().default(true).describe('false: the file takes one picture, without the first size of "shape"'),
    padding: z.int().min(0).max(255).default(114).describe('grey of the bars of a letterbox'),
  }),
  output,
  classes: z.array(z.string().min(1)).min(1).max(2_000),
  thresholds: z
    .strictObject({
      confidence: z.number().min(0).max(1).default(0.3).describe('lowest confidence of a result'),
      overlap: z.number().min(0).max(1).default(0.45).describe('largest overlap of two boxes of a class'),
    })
    .prefault({}),
  source: z
    .strictObject({
      package: z.string().min(1).describe('package and version that the weights come from'),
      path: z.string().min(1).describe('path in the package'),
      network: z.string().min(1).describe('name of the network and its authors'),
      recipe: z.string().min(1).describe('what made the file, relative to the card'),
    })
    .optional(),
  training: z
    .strictObject({
      data: z.string().describe('kind of pictures'),
      seed: z.int(),
      images: z.int().nonnegative().describe('distinct pictures'),
      samples: z.int().nonnegative().describe('pictures shown, repeats included'),
      log: z.string().describe("path of the run's last line of log, relative to the card"),
    })
    .optional(),
  scores: z
    .strictObject({
      data: z.string().describe('kind and number of pictures'),
      command: z.string().describe('prints these figures again'),
      perClass: z.record(z.string(), score),
      perSlice: z.record(z.string(), z.record(z.string(), score)).describe('slice, then class'),
    })
    .optional(),
});

export type ModelCard = Readonly<z.infer<typeof modelCardSchema>>;

export function inputSize(card: ModelCard): SizePx {
  return { widthPx: card.input.shape[3], heightPx: card.input.shape[2] };
}
