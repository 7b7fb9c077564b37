import { ModelOutputUnexpectedError } from '../errors.ts';

/** A model's output tensor: its numbers row by row, and its shape with the batch first. */
export type OutputTensor = { readonly data: Float32Array; readonly dims: readonly number[] };

/** The outputs of one run, by their names in the ONNX file. */
export type ModelOutputs = ReadonlyMap<string, OutputTensor>;

/** An output's numbers for one picture. `expected` has -1 for any size. Throws ModelOutputUnexpectedError. */
export function numbersOf(
  outputs: ModelOutputs,
  name: string,
  item: number,
  expected: readonly number[],
): Float32Array {
  const tensor = outputs.get(name);
  const shape = `[n, ${expected.map(size => (size < 0 ? 'any' : size)).join(', ')}]`;
  if (tensor === undefined) throw new ModelOutputUnexpectedError(name, [], shape);
  const [, ...sizes] = tensor.dims;
  const fits = sizes.length === expected.length && sizes.every((size, i) => expected[i] === -1 || expected[i] === size);
  if (!fits) throw new ModelOutputUnexpectedError(name, tensor.dims, shape);
  const length = sizes.reduce((product, size) => product * size, 1);
  return tensor.data.subarray(item * length, (item + 1) * length);
}

/** 1 / (1 + e^-x) */
export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** The class with the highest score of a place, unless it is below `least`. A NaN of class 0 stays, so that it is noticed. */
export function bestClass(
  scores: Float32Array,
  from: number,
  step: number,
  classes: number,
  least: number,
): { readonly classIndex: number; readonly confidence: number } | undefined {
  let classIndex = 0;
  for (let c = 1; c < classes; c++)
    if ((scores[from + c * step] as number) > (scores[from + classIndex * step] as number)) classIndex = c;
  const confidence = scores[from + classIndex * step] as number;
  return confidence < least ? undefined : { classIndex, confidence };
}
