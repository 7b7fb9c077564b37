import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { decodeDetections } from '../src/decode-detections.ts';
import { loadModel } from '../src/load-model.ts';
import { createInput, fitFor } from '../src/pack-input.ts';
import { RunningModel } from '../src/run-model.ts';

/** Needs PyTorch, which `npm run train` fetches, so it runs only on request: vitest run --project train. */
test('a fit of forty batches writes an ONNX file and a card that run', { timeout: 600_000 }, async () => {
  const out = await mkdtemp(join(tmpdir(), 'sightline-fit-'));
  const script = resolve(import.meta.dirname, 'train.ts');
  const args = [script, '--shards', '1', '--steps', '40', '--scratch', '--name', 'smoke', '--out', out];
  await promisify(execFile)(process.execPath, args);
  const model = await loadModel(join(out, 'smoke.card.json'));
  expect(model.card).toMatchObject({ classes: ['hand', 'pizza', 'scooper'], training: { images: 512, seed: 1 } });
  const running = await RunningModel.open(model);
  const output = await running.run(createInput(model.card, 2));
  expect(output.get('output0')?.dims).toEqual([2, 7, 1680]);
  const fit = fitFor(model.card, { widthPx: 640, heightPx: 360 });
  expect(() => decodeDetections(output, 1, model.card, fit)).not.toThrow();
  await running.close();
  await rm(out, { recursive: true });
});
