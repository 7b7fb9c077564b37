import { decodeDetections, type ModelBox } from '../decode-detections.ts';
import type { SizePx } from '../fit.ts';
import type { ModelCard } from '../model-card.ts';
import { type CardOptions, proposeCard } from '../onnx/propose-card.ts';
import { readOnnx } from '../onnx/read-onnx.ts';
import { scanOnnx } from '../onnx/scan-onnx.ts';
import { createInput, fitFor } from '../pack-input.ts';
import { RunningModel } from '../run-model.ts';
import { type TinyNetwork, tinyOnnx } from './tiny-onnx.ts';

/** A picture of other proportions than every input in these tests. */
export const source: SizePx = { widthPx: 1280, heightPx: 720 };

export const options = { name: 'tiny', version: '1', licence: 'LicenseRef-own' } as const;

/** The proposed card of a network. Throws what the scan and the proposal throw. */
export function cardOf(network: TinyNetwork, given: Partial<CardOptions> = {}): ModelCard {
  const file = readOnnx(tinyOnnx(network));
  scanOnnx(file);
  return proposeCard(file, { ...options, ...given });
}

/** Opens a network in ONNX Runtime with its proposed card, runs it, and decodes the boxes of the first picture. */
export async function boxesOf(
  network: TinyNetwork,
  given: Partial<CardOptions> = {},
  change: (card: ModelCard) => ModelCard = card => card,
): Promise<readonly ModelBox[]> {
  const card = change(cardOf(network, given));
  const model = await RunningModel.open({ card, bytes: tinyOnnx(network) });
  try {
    const [batch] = card.input.shape;
    const outputs = await model.run(createInput(card, batch === 'n' ? 1 : batch));
    return decodeDetections(outputs, 0, card, fitFor(card, source));
  } finally {
    await model.close();
  }
}

export const stretched = (card: ModelCard): ModelCard => ({ ...card, input: { ...card.input, fit: 'stretch' } });
