import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCard } from '@sightline/models';
import { expect, test } from 'vitest';
import { ModelCatalog, ModelNameTakenError } from './model-catalog.ts';

const TESTING = join(import.meta.dirname, 'testing');
const CARD = join(TESTING, 'bright-square.json');

/** A folder with cards of these names; a card's weights are those of the test model. */
async function cards(...named: readonly (readonly [name: string, change: object])[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cards-'));
  const card = { ...(await readCard(CARD)), file: join(TESTING, 'bright-square.onnx') };
  for (const [name, change] of named)
    await writeFile(join(folder, `${name}.json`), JSON.stringify({ ...card, name, ...change }));
  return folder;
}

test('a plan can name the standard models and those that ship, also one of joints', async () => {
  const folder = await cards(['people', {}], ['joints', { task: 'points' }]);
  const catalog = await ModelCatalog.read([CARD], folder);
  expect(catalog.standard).toEqual(['bright-square']);
  expect(catalog.cardPaths).toEqual({
    'bright-square': CARD,
    joints: join(folder, 'joints.json'),
    people: join(folder, 'people.json'),
  });
  expect(catalog.references(['people', 'unheard of'])).toMatchObject([{ model: 'people', version: '1' }]);
});

test('a standard model may be one that ships; another model of the same name is refused', async () => {
  const folder = await cards(['bright-square', {}]);
  expect((await ModelCatalog.read([CARD], folder)).cardPaths).toEqual({ 'bright-square': CARD });
  const other = await cards(['bright-square', { sha256: 'a'.repeat(64) }]);
  await expect(ModelCatalog.read([CARD], other)).rejects.toThrow(ModelNameTakenError);
});

test('the shipped cards read, and their names are their own', async () => {
  const shipped = join(import.meta.dirname, '../../../models/cards');
  const catalog = await ModelCatalog.read([join(shipped, 'kitchen-v1.json')], shipped);
  expect(Object.keys(catalog.cardPaths)).toEqual(
    expect.arrayContaining([
      'kitchen',
      'coco-nanodet',
      'coco-ssd',
      'face',
      'face-embedding',
      'hand-landmarks',
      'palm',
      'pose',
    ]),
  );
  expect(await readFile(catalog.cardPaths.face ?? '', 'utf8')).toContain('"licence"');
});
