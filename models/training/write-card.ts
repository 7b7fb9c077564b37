import { readFile, writeFile } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { sha256Of } from '../src/load-model.ts';
import { type ModelCard, modelCardSchema } from '../src/model-card.ts';

/** The trained network's input; width and height are divisible by 32. */
export const trainedInput = { widthPx: 384, heightPx: 224 } as const;

export type TrainedModel = {
  readonly name: string;
  readonly version: string;
  readonly onnxPath: string;
  readonly classes: readonly string[];
  readonly data: string;
  readonly seed: number;
  readonly images: number;
};

/** Writes the card of a network exported by fit.py; the evaluation adds the scores later. */
export async function writeCard(cardPath: string, model: TrainedModel): Promise<ModelCard> {
  const logPath = model.onnxPath.replace(/\.onnx$/, '.log.json');
  const log: unknown = JSON.parse(await readFile(logPath, 'utf8'));
  const samples = typeof log === 'object' && log !== null && 'samples' in log ? Number(log.samples) : 0;
  const fromCard = (path: string): string => relative(dirname(cardPath), path);
  const card = modelCardSchema.parse({
    name: model.name,
    version: model.version,
    file: fromCard(model.onnxPath),
    sha256: sha256Of(await readFile(model.onnxPath)),
    licence: 'Apache-2.0',
    task: 'detect',
    input: {
      name: 'images',
      shape: ['n', 3, trainedInput.heightPx, trainedInput.widthPx],
      type: 'uint8',
      layout: 'nchw',
      colourOrder: 'rgb',
      valueRange: [0, 255],
    },
    output: { name: 'output0', layout: 'ultralytics-detect' },
    classes: [...model.classes],
    training: { data: model.data, seed: model.seed, images: model.images, samples, log: fromCard(logPath) },
  });
  await writeFile(cardPath, `${JSON.stringify(card, null, 2)}\n`);
  return card;
}
