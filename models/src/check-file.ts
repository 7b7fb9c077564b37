import type { InferenceSession } from 'onnxruntime-node';
import { ModelFileUnexpectedError } from './errors.ts';
import type { ModelCard } from './model-card.ts';

type Value = InferenceSession.ValueMetadata;

/** Throws ModelFileUnexpectedError when the inputs and outputs of an opened file are not those of its card. */
export function checkFile(
  card: ModelCard,
  { inputMetadata, outputMetadata }: Pick<InferenceSession, 'inputMetadata' | 'outputMetadata'>,
): void {
  const others = inputMetadata.filter(({ name }) => name !== card.input.name && name !== card.input.sizes);
  const found = inputMetadata.find(({ name }) => name === card.input.name);
  if (found === undefined)
    throw new ModelFileUnexpectedError(
      `its inputs are ${namesOf(inputMetadata)}, and its card says ${card.input.name}: correct "input.name"`,
    );
  if (others.length > 0)
    throw new ModelFileUnexpectedError(
      `it has ${inputMetadata.length} inputs, ${namesOf(inputMetadata)}, and one with the picture is supported: export it with one input`,
    );
  checkInput(card, found);
  checkSizes(card.input.sizes, inputMetadata);
  for (const name of outputNames(card)) checkOutput(name, outputMetadata, name === labelsOf(card));
}

function checkSizes(name: string | undefined, inputs: readonly Value[]): void {
  if (name === undefined) return;
  const found = inputs.find(one => one.name === name);
  if (found === undefined)
    throw new ModelFileUnexpectedError(
      `its inputs are ${namesOf(inputs)}, and its card says ${name}: correct "input.sizes"`,
    );
  if (!found.isTensor || found.type !== 'int64')
    throw new ModelFileUnexpectedError(
      `its input ${name} is ${found.isTensor ? found.type : 'no tensor'}, and int64 is needed: leave out "input.sizes", or export it so`,
    );
}

function checkInput({ input }: ModelCard, found: Value): void {
  if (!found.isTensor) throw new ModelFileUnexpectedError(`its input ${found.name} is no tensor`);
  if (found.type !== input.type)
    throw new ModelFileUnexpectedError(wrongType(`its input ${found.name}`, found.type, input.type));
  const given = found.shape;
  const wanted = input.batched ? input.shape : input.shape.slice(1);
  const fits = given.length === wanted.length && wanted.every((size, at) => accepts(given[at], size));
  if (!fits)
    throw new ModelFileUnexpectedError(
      `its input ${found.name} has the shape ${shapeOf(given)}, and its card says ${shapeOf(wanted)}: correct "input.shape"`,
    );
}

/** A size in the file accepts one of the card: the same, or any when the file has a name or none there. */
const accepts = (ofFile: number | string | undefined, ofCard: number | string): boolean =>
  typeof ofFile !== 'number' || ofFile <= 0 || ofFile === ofCard;

/** Types in which an export writes labels. */
const LABEL_TYPES: ReadonlySet<string> = new Set(['float32', 'int64', 'int32']);

function checkOutput(name: string, outputs: readonly Value[], isLabels: boolean): void {
  const found = outputs.find(one => one.name === name);
  if (found === undefined)
    throw new ModelFileUnexpectedError(
      `its outputs are ${namesOf(outputs)}, and its card says ${name}: correct the names under "output"`,
    );
  if (found.isTensor && isLabels && LABEL_TYPES.has(found.type)) return;
  if (!found.isTensor || found.type !== 'float32')
    throw new ModelFileUnexpectedError(
      wrongType(`its output ${name}`, found.isTensor ? found.type : 'no tensor', 'float32'),
    );
}

const wrongType = (what: string, found: string, expected: string): string =>
  found === 'float16'
    ? `${what} is float16, and ${expected} is needed: keep float16 inside only (in onnxconverter-common: keep_io_types=True)`
    : `${what} is ${found}, and ${expected} is needed: correct its card, or export it so`;

const labelsOf = ({ output }: ModelCard): string | undefined =>
  output.layout === 'found-boxes' ? output.labels : undefined;

/** The outputs that the card's layout reads. */
export function outputNames({ output }: ModelCard): readonly string[] {
  switch (output.layout) {
    case 'nanodet':
    case 'ssd':
    case 'mediapipe-boxes':
    case 'detr':
      return [output.scores, output.boxes];
    case 'found-boxes':
      return [output.boxes, output.labels, output.scores];
    case 'hand-landmarks':
      return [output.points, output.presence, output.handedness];
    case 'movenet':
      return [output.points];
    default:
      return [output.name];
  }
}

const namesOf = (values: readonly Value[]): string => values.map(({ name }) => name).join(', ') || 'none';
const shapeOf = (shape: readonly (number | string)[]): string => `[${shape.join(', ')}]`;
