import { z } from 'zod';

/** A fixed batch size, or `n` for any. */
const dimension = z.union([z.literal('n'), z.int().positive()]);

/** Layouts of a detector's output; `decode-detections.ts` describes each. */
export const outputLayouts = ['ultralytics-detect', 'ultralytics-detect-transposed', 'ultralytics-end-to-end'] as const;

const score = z.object({
  ap50: z.number().min(0).max(1).describe('average precision at an overlap of 0.5'),
  boxes: z.int().nonnegative().describe('number of true boxes in the measurement'),
});

/** The properties of one ONNX file. A model runs only with its card. */
export const modelCardSchema = z.strictObject({
  name: z.string().min(1),
  version: z.string().min(1),
  file: z.string().min(1).describe('path of the ONNX file, relative to the card'),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal digits'),
  licence: z.string().min(1).describe('SPDX identifier'),
  task: z.literal('detect'),
  input: z.strictObject({
    name: z.string().min(1),
    shape: z
      .tuple([dimension, z.literal(3), z.int().positive(), z.int().positive()])
      .describe('[n, 3, height, width] in px'),
    type: z.enum(['uint8', 'float32']),
    layout: z.literal('nchw'),
    colourOrder: z.enum(['rgb', 'bgr']),
    valueRange: z.tuple([z.number(), z.number()]).describe('values of black and white'),
  }),
  output: z.strictObject({ name: z.string().min(1), layout: z.enum(outputLayouts) }),
  classes: z.array(z.string().min(1)).min(1),
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
