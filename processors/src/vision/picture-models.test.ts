import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LoadedModel, loadModel } from '@sightline/models';
import { beforeAll, expect, test } from 'vitest';
import type { PictureOut } from './inference-protocol.ts';
import { ModelSession } from './model-session.ts';
import { PictureModels } from './picture-models.ts';
import { jpegsOf } from './testing/jpegs.ts';

const CARD = join(import.meta.dirname, 'testing/bright-square.json');
const SQUARE = 'bright-square';
let loaded: LoadedModel;
let models: PictureModels;
let square: ModelSession;
let jpegs: readonly Buffer[];

/** The same weights under another card count as another model. */
const variant = (card: Partial<LoadedModel['card']>): LoadedModel => ({ ...loaded, card: { ...loaded.card, ...card } });

beforeAll(async () => {
  loaded = await loadModel(CARD);
  models = await PictureModels.open();
  square = await ModelSession.open(loaded);
  jpegs = await jpegsOf(await mkdtemp(join(tmpdir(), 'models-')));
});

/** The test clip's square is 40 px wide and moves 5 px right and 3 px down with each frame at 15 fps. */
const place = (picture: number) => ({ x: picture * 15, y: picture * 9 });
const picture = (jpeg: Uint8Array, ...names: readonly string[]) => ({
  jpeg: new Uint8Array(jpeg),
  models: names,
  plan: names,
});
const look = async (jpegs: readonly Uint8Array[]) =>
  (
    await models.look(
      jpegs.map(jpeg => picture(jpeg, SQUARE)),
      [square],
    )
  ).pictures;

test('boxes come in pixels of the picture, at any input size of the model, with the classes it looks for', async () => {
  const [answer] = await look([jpegs[4] ?? Buffer.alloc(0)]);
  const [one] = answer?.kind === 'looked' ? answer.answers : [];
  const payload = one?.kind === 'result' ? one.result.payload : undefined;
  if (payload?.kind !== 'boxes') throw new Error('the model finds boxes');
  const [box] = payload.boxes;
  const { x, y } = place(4);
  expect(payload.classes).toEqual(['hand', 'pizza', 'scooper']);
  expect(box?.className).toBe('hand');
  expect(Math.abs(((box?.x1Px ?? 0) + (box?.x2Px ?? 0)) / 2 - (x + 20))).toBeLessThan(20);
  expect(Math.abs(((box?.y1Px ?? 0) + (box?.y2Px ?? 0)) / 2 - (y + 20))).toBeLessThan(20);
});

test('a batch gives what each picture gives alone', async () => {
  const alone: PictureOut[] = [];
  for (const jpeg of jpegs.slice(0, 4)) alone.push(...(await look([jpeg])));
  expect(await look(jpegs.slice(0, 4))).toEqual(alone);
});

test('bytes that are not a JPEG fail alone; the other pictures get results', async () => {
  const [first = Buffer.alloc(0), second = Buffer.alloc(0)] = jpegs;
  const pictures = await look([first, Buffer.from('no picture'), second]);
  expect(pictures.map(({ kind }) => kind)).toEqual(['looked', 'undecodable', 'looked']);
  expect(pictures[2]).toEqual((await look([second]))[0]);
});

test('a picture of another shape does not change the grey bars of the next', async () => {
  const wide = jpegs[3] ?? Buffer.alloc(0);
  const [tall = Buffer.alloc(0)] = await jpegsOf(await mkdtemp(join(tmpdir(), 'models-')), [180, 320]);
  const before = await look([wide]);
  await look([tall]);
  expect(await look([wide])).toEqual(before);
});

test('several models run on each picture; each result names its cost', async () => {
  const other = await ModelSession.open(variant({ name: 'other', version: '7', classes: ['a', 'b', 'c'] }));
  const broken = await ModelSession.open(variant({ name: 'broken', classes: ['hand'] }));
  const garbage = await readFile(CARD);
  const { pictures, cost } = await models.look(
    [jpegs[1] ?? garbage, garbage, jpegs[4] ?? garbage].map(jpeg => picture(jpeg, SQUARE, 'broken', 'other')),
    [square, broken, other],
  );
  const alone = await look([jpegs[1] ?? garbage, jpegs[4] ?? garbage]);
  for (const [i, at] of [0, 2].entries()) {
    const [found, expected] = [pictures[at], alone[i]];
    if (found?.kind !== 'looked' || expected?.kind !== 'looked') throw new Error('both were looked at');
    const [first, failed, second] = found.answers;
    expect(first).toEqual(expected.answers[0]);
    expect(failed).toMatchObject({
      kind: 'failed',
      model: 'broken',
      message: expect.stringContaining('correct "output.layout" or "classes"'),
    });
    expect(second).toMatchObject({ kind: 'result', result: { model: 'other', version: '7' } });
  }
  expect(pictures[1]?.kind).toBe('undecodable');
  expect(Object.keys(cost.models)).toEqual([SQUARE, 'broken', 'other']);
  expect(cost.models.other?.inferenceMs).toBeGreaterThan(0);
});

test('each picture of a batch has the models of its own plan, in its order', async () => {
  const other = await ModelSession.open(variant({ name: 'other' }));
  const [first = Buffer.alloc(0), second = Buffer.alloc(0), third = Buffer.alloc(0)] = jpegs;
  const { pictures } = await models.look(
    [picture(first, 'other', SQUARE), picture(second, 'other', 'not open'), picture(third, SQUARE)],
    [square, other],
  );
  const names = pictures.map(one =>
    one.kind === 'looked' ? one.answers.map(answer => (answer.kind === 'result' ? answer.result.model : 'failed')) : [],
  );
  expect(names).toEqual([['other', SQUARE], ['other'], [SQUARE]]);
  expect(pictures[2]).toEqual((await look([third]))[0]);
});
