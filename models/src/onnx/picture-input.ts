import { ModelFileRefusedError } from '../errors.ts';
import type { ModelCard } from '../model-card.ts';
import type { OnnxFile, OnnxValue } from './onnx-file.ts';

type CardInput = ModelCard['input'];
export type PictureInput = Pick<CardInput, 'name' | 'shape' | 'type' | 'sizes' | 'batched'>;

/** Size in px when neither the shape nor the metadata says one: what most exporters take. */
const USUAL_SIDE_PX = 640;
const LARGEST_SIDE_PX = 8192;

/** The picture that the file takes. Throws ModelFileRefusedError, reason `input`. */
export function pictureInput(file: OnnxFile): PictureInput {
  const [picture, ...others] = file.inputs.toSorted((a, b) => likeness(b) - likeness(a));
  if (picture === undefined || likeness(picture) === 0)
    throw refused(
      `its inputs are ${listed(file.inputs)}, and none is a picture [n, 3, height, width]`,
      'export a detector',
    );
  const sizes = others.find(isSizes);
  const odd = others.find(other => other !== sizes);
  if (odd !== undefined)
    throw refused(
      `it takes ${odd.name} besides the picture`,
      'export it with the picture as its only input (or with orig_target_sizes as int64 [n, 2])',
    );
  const dims = picture.dims ?? [];
  const batched = dims.length === 4;
  const [batch, channels, height, width] = batched ? dims : [1, ...dims];
  if (width === 3 && channels !== 3)
    throw refused(
      `its input ${picture.name} is ${listed([picture])}: the colours come last`,
      'convert it with the colours first (tf2onnx: --inputs-as-nchw NAME)',
    );
  if (channels !== 3 && typeof channels === 'number')
    throw refused(
      `its input ${picture.name} is ${listed([picture])}, with ${channels} channels`,
      'use a network for colour pictures, with 3 channels',
    );
  const [usualHeight, usualWidth] = sizeInMetadata(file);
  const shape = [batchOf(batch), 3, sideOf(height, usualHeight), sideOf(width, usualWidth)] as const;
  return { name: picture.name, shape: [...shape], type: typeOf(picture), batched, ...(sizes && { sizes: sizes.name }) };
}

/** The more, the more an input looks like the picture; 0: not at all. */
const likeness = ({ dims = [] }: OnnxValue): number => (dims.length === 4 ? 2 : dims.length === 3 ? 1 : 0);

const isSizes = ({ type, dims = [] }: OnnxValue): boolean => type === 'int64' && dims.length === 2 && dims[1] === 2;

/** A fixed batch, or any. */
const batchOf = (size: number | string | undefined): number | 'n' =>
  typeof size === 'number' && size > 0 ? size : 'n';

function sideOf(size: number | string | undefined, usual: number): number {
  const side = typeof size === 'number' && size > 0 ? size : usual;
  if (side > LARGEST_SIDE_PX)
    throw refused(`its input is ${side} px wide or high`, `export it with at most ${LARGEST_SIDE_PX} px (imgsz=640)`);
  return side;
}

/** Height and width of Ultralytics' `imgsz`: `[480, 640]` or `640`. */
function sizeInMetadata({ metadata }: OnnxFile): readonly [number, number] {
  const numbers = [...(metadata.get('imgsz') ?? '').matchAll(/\d{1,6}/g)].map(Number).filter(side => side > 0);
  const [height = USUAL_SIDE_PX, width = height] = numbers;
  return [height, width];
}

function typeOf({ name, type }: OnnxValue): 'uint8' | 'float32' {
  if (type === 'uint8' || type === 'float32') return type;
  if (type === 'float16')
    throw refused(
      `its input ${name} is float16, which this runtime does not take`,
      'export it with half=False, or keep float16 inside only (in onnxconverter-common: keep_io_types=True)',
    );
  throw refused(`its input ${name} is ${type}`, 'export it with float32 or uint8 pictures');
}

/** Inputs or outputs as people read them: `images float32 [1, 3, 640, 640]`. */
export const listed = (values: readonly OnnxValue[]): string =>
  values
    .slice(0, 6)
    .map(({ name, type, dims }) => `${name} ${type} [${dims?.join(', ') ?? 'any shape'}]`)
    .join(', ') || 'none';

const refused = (problem: string, fix: string): ModelFileRefusedError =>
  new ModelFileRefusedError('input', `${problem}: ${fix}`);
