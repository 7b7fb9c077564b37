import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ModelCardInvalidError, ModelFileMissingError, ModelHashMismatchError } from './errors.ts';
import { loadModel, sha256Of } from './load-model.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-card-'));
  await writeFile(join(folder, 'user.onnx'), 'weights');
});
afterAll(() => rm(folder, { recursive: true }));

/** A card that a user writes for a YOLO11 export. */
const yolo = {
  name: 'user',
  version: '3',
  file: 'user.onnx',
  sha256: sha256Of(Buffer.from('weights')),
  licence: 'LicenseRef-own',
  task: 'detect',
  input: {
    name: 'images',
    shape: [1, 3, 640, 640],
    type: 'float32',
    layout: 'nchw',
    colourOrder: 'rgb',
    valueRange: [0, 1],
  },
  output: { name: 'output0', layout: 'ultralytics-detect' },
  classes: ['hand', 'scooper'],
};

const write = async (card: object): Promise<string> => {
  const path = join(folder, 'card.json');
  await writeFile(path, JSON.stringify(card));
  return path;
};

test("a user's export loads by a card, as the shipped weights do", async () => {
  const model = await loadModel(await write(yolo));
  expect(model.card.classes).toEqual(['hand', 'scooper']);
  expect(Buffer.from(model.bytes).toString()).toBe('weights');
});

test("a file with another hash than the card's is refused, with both hashes and what to do", async () => {
  const other = '1'.repeat(64);
  const path = await write({ ...yolo, sha256: other });
  const error = await loadModel(path).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ModelHashMismatchError);
  expect(error).toMatchObject({ code: 'MODEL_HASH_MISMATCH', expectedSha256: other, actualSha256: yolo.sha256 });
  expect(String(error)).toMatch(/fetch the file.*again/);
});

test('a card without its file, and an invalid card, name what is missing', async () => {
  await expect(loadModel(await write({ ...yolo, file: 'gone.onnx' }))).rejects.toThrow(ModelFileMissingError);
  await expect(loadModel(await write({ ...yolo, classes: [] }))).rejects.toThrow(/classes/);
  await expect(loadModel(join(folder, 'none.json'))).rejects.toThrow(ModelCardInvalidError);
});
