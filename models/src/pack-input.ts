import { type Letterbox, letterbox, padGrey, type SizePx } from './letterbox.ts';
import type { ModelCard } from './model-card.ts';

/** The input tensor for a batch, as ONNX Runtime takes it. */
export type InputTensor =
  | { readonly type: 'uint8'; readonly data: Uint8Array; readonly dims: readonly [number, 3, number, number] }
  | { readonly type: 'float32'; readonly data: Float32Array; readonly dims: readonly [number, 3, number, number] };

/** Three planes of the picture, already scaled by the letterbox; rows are `strideBytes` apart. */
export type Planes = {
  readonly red: Uint8Array;
  readonly green: Uint8Array;
  readonly blue: Uint8Array;
  readonly strideBytes: number;
};

export function inputSize(card: ModelCard): SizePx {
  return { widthPx: card.input.shape[3], heightPx: card.input.shape[2] };
}

export function letterboxFor(card: ModelCard, source: SizePx): Letterbox {
  return letterbox(source, inputSize(card));
}

/** A batch of grey pictures; `packPlanes` writes into them. It can be reused: the bars stay grey. */
export function createInput(card: ModelCard, pictures: number): InputTensor {
  const { widthPx, heightPx } = inputSize(card);
  const dims = [pictures, 3, heightPx, widthPx] as const;
  const length = pictures * 3 * heightPx * widthPx;
  if (card.input.type === 'uint8') return { type: 'uint8', data: new Uint8Array(length).fill(padGrey), dims };
  return { type: 'float32', data: new Float32Array(length).fill(scaler(card)(padGrey)), dims };
}

/** Writes one scaled picture between the bars of its place. */
export function packPlanes(tensor: InputTensor, item: number, planes: Planes, fit: Letterbox, card: ModelCard): void {
  const { red, green, blue } = planes;
  const ordered = card.input.colourOrder === 'rgb' ? [red, green, blue] : [blue, green, red];
  const { widthPx, heightPx } = fit.input;
  const scale = scaler(card);
  ordered.forEach((plane, channel) => {
    const base = (item * 3 + channel) * widthPx * heightPx + fit.padYPx * widthPx + fit.padXPx;
    for (let y = 0; y < fit.scaled.heightPx; y++) {
      const row = plane.subarray(y * planes.strideBytes, y * planes.strideBytes + fit.scaled.widthPx);
      const at = base + y * widthPx;
      if (tensor.type === 'uint8') tensor.data.set(row, at);
      else for (let x = 0; x < row.length; x++) tensor.data[at + x] = scale(row[x] as number);
    }
  });
}

/** The same for interleaved RGB without padding. */
export function packRgb(tensor: InputTensor, item: number, rgb: Uint8Array, fit: Letterbox, card: ModelCard): void {
  const pixels = fit.scaled.widthPx * fit.scaled.heightPx;
  const planes = { red: new Uint8Array(pixels), green: new Uint8Array(pixels), blue: new Uint8Array(pixels) };
  for (let i = 0; i < pixels; i++) {
    planes.red[i] = rgb[i * 3] as number;
    planes.green[i] = rgb[i * 3 + 1] as number;
    planes.blue[i] = rgb[i * 3 + 2] as number;
  }
  packPlanes(tensor, item, { ...planes, strideBytes: fit.scaled.widthPx }, fit, card);
}

function scaler(card: ModelCard): (value: number) => number {
  const [black, white] = card.input.valueRange;
  return value => black + ((white - black) * value) / 255;
}
