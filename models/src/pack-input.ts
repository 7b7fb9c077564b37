import { type Fit, letterbox, type SizePx, stretch } from './fit.ts';
import { inputSize, type ModelCard } from './model-card.ts';

/** The input tensor for a batch, as ONNX Runtime takes it. */
export type InputTensor =
  | { readonly type: 'uint8'; readonly data: Uint8Array; readonly dims: readonly [number, 3, number, number] }
  | { readonly type: 'float32'; readonly data: Float32Array; readonly dims: readonly [number, 3, number, number] };

/** Three planes of the picture, already scaled by the fit; rows are `strideBytes` apart. */
export type Planes = {
  readonly red: Uint8Array;
  readonly green: Uint8Array;
  readonly blue: Uint8Array;
  readonly strideBytes: number;
};

/** The place of a picture in the model's input, as its card says. */
export function fitFor(card: ModelCard, source: SizePx): Fit {
  return card.input.fit === 'stretch' ? stretch(source, inputSize(card)) : letterbox(source, inputSize(card));
}

/** A batch of pictures in the grey of the bars; `packPlanes` writes into them. It can be reused: the bars stay. */
export function createInput(card: ModelCard, pictures: number): InputTensor {
  const { widthPx, heightPx } = inputSize(card);
  const dims = [pictures, 3, heightPx, widthPx] as const;
  const length = pictures * 3 * heightPx * widthPx;
  const { padding } = card.input;
  const { type } = card.input;
  if (type === 'uint8') return { type, data: new Uint8Array(length).fill(padding), dims };
  const data = new Float32Array(length);
  const plane = heightPx * widthPx;
  for (let at = 0; at < 3 * pictures; at++) data.fill(scaled(card, at % 3, padding), at * plane, (at + 1) * plane);
  return { type, data, dims };
}

/** Writes one scaled picture between the bars of its place. */
export function packPlanes(tensor: InputTensor, item: number, planes: Planes, fit: Fit, card: ModelCard): void {
  const { widthPx, heightPx } = fit.input;
  ordered(planes, card).forEach((plane, channel) => {
    const numbers = tensor.type === 'uint8' ? undefined : allScaled(card, channel);
    const base = (item * 3 + channel) * widthPx * heightPx + fit.padYPx * widthPx + fit.padXPx;
    for (let y = 0; y < fit.scaled.heightPx; y++) {
      const row = plane.subarray(y * planes.strideBytes, y * planes.strideBytes + fit.scaled.widthPx);
      const at = base + y * widthPx;
      if (numbers === undefined) tensor.data.set(row, at);
      else for (let x = 0; x < row.length; x++) tensor.data[at + x] = numbers[row[x] as number] as number;
    }
  });
}

/** The planes in the model's order of colours. */
export const ordered = ({ red, green, blue }: Planes, { input }: ModelCard): readonly Uint8Array[] =>
  input.colourOrder === 'rgb' ? [red, green, blue] : [blue, green, red];

/** The same for interleaved RGB without padding. */
export function packRgb(tensor: InputTensor, item: number, rgb: Uint8Array, fit: Fit, card: ModelCard): void {
  const pixels = fit.scaled.widthPx * fit.scaled.heightPx;
  const planes = { red: new Uint8Array(pixels), green: new Uint8Array(pixels), blue: new Uint8Array(pixels) };
  for (let i = 0; i < pixels; i++) {
    planes.red[i] = rgb[i * 3] as number;
    planes.green[i] = rgb[i * 3 + 1] as number;
    planes.blue[i] = rgb[i * 3 + 2] as number;
  }
  packPlanes(tensor, item, { ...planes, strideBytes: fit.scaled.widthPx }, fit, card);
}

/** The model's number for a value from 0 to 255 of one colour. */
function scaled({ input: { valueRange } }: ModelCard, channel: number, value: number): number {
  const [black, white] = valueRange.length === 3 ? (valueRange[channel] ?? valueRange[0]) : valueRange;
  return black + ((white - black) * value) / 255;
}

/** The model's number for each value from 0 to 255 of one colour. */
export const allScaled = (card: ModelCard, channel: number): Float32Array =>
  Float32Array.from({ length: 256 }, (_, value) => scaled(card, channel, value));
