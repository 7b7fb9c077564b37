import { decodeDetections, type ModelBox } from '../src/decode-detections.ts';
import type { LoadedModel } from '../src/load-model.ts';
import { inputSize } from '../src/model-card.ts';
import { createInput, packRgb } from '../src/pack-input.ts';
import { RunningModel } from '../src/run-model.ts';
import { readPicture } from '../training/picture-file.ts';

/** The boxes that a model finds in a picture file, most confident first. */
export async function boxesIn(model: LoadedModel, picturePath: string): Promise<readonly ModelBox[]> {
  const { rgb, fit } = await readPicture(picturePath, inputSize(model.card));
  const input = createInput(model.card, 1);
  packRgb(input, 0, rgb, fit, model.card);
  const running = await RunningModel.open(model);
  try {
    return decodeDetections(await running.run(input), 0, model.card, fit);
  } finally {
    await running.close();
  }
}
