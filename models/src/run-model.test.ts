import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadModel } from './load-model.ts';
import type { ModelCard } from './model-card.ts';
import { RunningModel } from './run-model.ts';

const FOLDER = join(import.meta.dirname, '../../processors/src/vision/testing');

/** Opens the model of a card with these changes; resolves with why it does not open. */
async function refusal(name: string, change: (card: ModelCard) => ModelCard): Promise<string> {
  const { card, bytes } = await loadModel(join(FOLDER, `${name}.json`));
  const opened = RunningModel.open({ card: change(card), bytes });
  return opened.then(
    async model => {
      await model.close();
      return 'it opens';
    },
    (error: Error) => error.message,
  );
}
const input = (change: Partial<ModelCard['input']>) => (card: ModelCard) => ({
  ...card,
  input: { ...card.input, ...change },
});

test('a file opens only when its inputs and outputs are those of its card; each difference is named with what to do', async () => {
  expect(await refusal('bright-square', card => card)).toBe('it opens');
  expect(await refusal('bright-square', input({ shape: [1, 3, 384, 384] }))).toBe('it opens');
  expect(await refusal('bright-square', input({ name: 'x' }))).toBe(
    'its inputs are images, and its card says x: correct "input.name"',
  );
  expect(await refusal('bright-square', input({ type: 'float32', valueRange: [0, 1] }))).toBe(
    'its input images is uint8, and float32 is needed: correct its card, or export it so',
  );
  expect(await refusal('bright-square', input({ shape: ['n', 3, 640, 640] }))).toBe(
    'its input images has the shape [n, 3, 384, 384], and its card says [n, 3, 640, 640]: correct "input.shape"',
  );
  expect(
    await refusal('bright-square', card => ({ ...card, output: { layout: 'ultralytics-detect', name: 'y' } })),
  ).toBe('its outputs are output0, and its card says y: correct the names under "output"');
});

test('half floats at the edges are refused with what to do, since this runtime does not take them', async () => {
  const words =
    'is float16, and float32 is needed: keep float16 inside only (in onnxconverter-common: keep_io_types=True)';
  expect(await refusal('half-square', card => card)).toBe(`its input images ${words}`);
});
