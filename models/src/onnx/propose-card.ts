import { ModelFileRefusedError } from '../errors.ts';
import { type ModelCard, modelCardSchema } from '../model-card.ts';
import { knownNames } from './class-names.ts';
import type { OnnxFile } from './onnx-file.ts';
import { pictureInput } from './picture-input.ts';
import { recognise } from './recognise.ts';
import type { Pictures, ProposedLayout } from './recognised.ts';

export type CardOptions = {
  readonly name: string;
  readonly version: string;
  /** SPDX identifier. */
  readonly licence: string;
  readonly title?: string;
  /** Names in the order of the training. They win over those in the file. */
  readonly classes?: readonly string[];
  /** Needed only when the file does not tell; the error then says so. */
  readonly layout?: ProposedLayout | undefined;
  /** Path of the file from its card; default `NAME.onnx`. */
  readonly file?: string;
};

const RGB_TO_1: Pictures = { colourOrder: 'rgb', valueRange: [0, 1] };

/** The card with which a scanned file can run. Throws ModelFileRefusedError, with what to do, for what is no known detector. */
export function proposeCard(file: OnnxFile, options: CardOptions): ModelCard {
  const { name, version, licence, title, file: path = `${name}.onnx` } = options;
  const input = pictureInput(file);
  const facts = { file, input, names: knownNames(file, options.classes), layout: options.layout };
  const { output, classes, trainedOn = RGB_TO_1 } = recognise(facts);
  const card = {
    ...{ name, version, licence, file: path, sha256: file.sha256, task: 'detect' },
    ...(title !== undefined && { title }),
    input: {
      ...input,
      layout: 'nchw',
      colourOrder: trainedOn.colourOrder,
      valueRange: input.type === 'uint8' ? [0, 255] : trainedOn.valueRange,
    },
    output,
    classes,
  };
  const parsed = modelCardSchema.safeParse(card);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const problem = `${issue?.path.join('.') ?? 'card'}: ${issue?.message ?? 'not valid'}`;
  throw new ModelFileRefusedError(
    'layout',
    `no valid card can be written for it (${problem}): correct this, or write its card by hand`,
  );
}
