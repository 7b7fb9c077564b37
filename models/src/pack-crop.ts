import { type Crop, cropToSource } from './crop.ts';
import type { ModelCard } from './model-card.ts';
import { allScaled, type InputTensor, ordered, type Planes } from './pack-input.ts';

/**
 * Writes a part of a picture into a place of the input, between pixels by their mean weighted with the distance.
 * `planes`: the whole picture in its own size. Pixels outside of it have the card's padding.
 */
export function packCrop(tensor: InputTensor, item: number, planes: Planes, crop: Crop, card: ModelCard): void {
  const { widthPx, heightPx } = crop.input;
  const samples = samplesOf(crop, planes.strideBytes);
  const { padding } = card.input;
  ordered(planes, card).forEach((plane, channel) => {
    const numbers = tensor.type === 'uint8' ? undefined : allScaled(card, channel);
    const base = (item * 3 + channel) * widthPx * heightPx;
    for (let at = 0; at < widthPx * heightPx; at++) {
      const value = sampled(plane, samples, at, planes.strideBytes, padding);
      tensor.data[base + at] = numbers === undefined ? value : (numbers[value] as number);
    }
  });
}

/** For each pixel of the input: the pixel of the picture left above it (-1: outside), and the shares of its neighbours. */
type Samples = { readonly first: Int32Array; readonly right: Float32Array; readonly below: Float32Array };

function samplesOf(crop: Crop, strideBytes: number): Samples {
  const { input, source } = crop;
  const count = input.widthPx * input.heightPx;
  const samples = { first: new Int32Array(count), right: new Float32Array(count), below: new Float32Array(count) };
  const origin = cropToSource({ xPx: 0.5, yPx: 0.5 }, crop);
  const [stepX, stepY] = [Math.cos(crop.angle) * crop.scale, Math.sin(crop.angle) * crop.scale];
  for (let row = 0, at = 0; row < input.heightPx; row++)
    for (let column = 0; column < input.widthPx; column++, at++) {
      const x = origin.xPx + column * stepX - row * stepY;
      const y = origin.yPx + column * stepY + row * stepX;
      const isInside = x >= 0 && y >= 0 && x < source.widthPx && y < source.heightPx;
      const left = Math.min(Math.max(x - 0.5, 0), source.widthPx - 1);
      const top = Math.min(Math.max(y - 0.5, 0), source.heightPx - 1);
      const [wholeX, wholeY] = [
        Math.min(Math.floor(left), source.widthPx - 2),
        Math.min(Math.floor(top), source.heightPx - 2),
      ];
      samples.first[at] = isInside ? Math.max(0, wholeY) * strideBytes + Math.max(0, wholeX) : -1;
      samples.right[at] = left - Math.max(0, wholeX);
      samples.below[at] = top - Math.max(0, wholeY);
    }
  return samples;
}

function sampled(plane: Uint8Array, samples: Samples, at: number, strideBytes: number, padding: number): number {
  const first = samples.first[at] as number;
  if (first < 0) return padding;
  const right = samples.right[at] as number;
  const below = samples.below[at] as number;
  const [a, b] = [plane[first] as number, plane[first + 1] ?? 0];
  const [c, d] = [plane[first + strideBytes] ?? 0, plane[first + strideBytes + 1] ?? 0];
  const top = a + (b - a) * right;
  return Math.round(top + (c + (d - c) * right - top) * below);
}
