import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LoadedModel, loadModel } from '@sightline/models';
import { expect, test } from 'vitest';
import type { PictureOut } from './inference-protocol.ts';
import { ModelSession } from './model-session.ts';
import { PictureModels } from './picture-models.ts';
import { jpegsOf } from './testing/jpegs.ts';

const cardPath = (name: string): string => join(import.meta.dirname, '../../../models/cards', `${name}.json`);
const loaded = await loadModel(join(import.meta.dirname, 'testing/bright-square.json'));
const variant = (of: LoadedModel, card: Partial<LoadedModel['card']>): LoadedModel => ({
  ...of,
  card: { ...of.card, ...card },
});
/** Finds the bright square of each picture and takes it for a person. */
const people = await ModelSession.open(variant(loaded, { name: 'people', classes: ['person', 'pizza', 'scooper'] }));
/** The shipped network, for which every crop has a person with joints. */
const shipped = await loadModel(cardPath('pose'));
const trusting = { confidence: 0, overlap: 0.45 };
const pose = await ModelSession.open(variant(shipped, { thresholds: trusting }));
const hands = await ModelSession.open(await loadModel(cardPath('hand-landmarks')));
const models = await PictureModels.open();
const jpegs = await jpegsOf(await mkdtemp(join(tmpdir(), 'stages-')));
const jpegAt = (at: number): Uint8Array<ArrayBuffer> => new Uint8Array(jpegs[at] ?? []);

const look = (at: number, plan: readonly string[], open: readonly ModelSession[]) =>
  models.look([{ jpeg: jpegAt(at), models: plan, plan }], open);
const answersOf = (picture: PictureOut | undefined) => (picture?.kind === 'looked' ? picture.answers : []);
const payloadOf = (picture: PictureOut | undefined, model: string) => {
  const answer = answersOf(picture).find(one => one.model === model);
  return answer?.kind === 'result' ? answer.result : undefined;
};

test('a model looks at the boxes of the model before it, and its points lie in the picture near the box', async () => {
  const { pictures, cost } = await look(6, ['people', 'pose'], [pose, people]);
  const found = payloadOf(pictures[0], 'people')?.payload;
  const joints = payloadOf(pictures[0], 'pose');
  if (found?.kind !== 'boxes' || joints?.payload.kind !== 'key_points') throw new Error('both gave their kind');
  const [box] = found.boxes;
  const [subject] = joints.payload.subjects;
  if (box === undefined || subject === undefined) throw new Error('both found the square');
  expect(joints.of).toEqual(['people']);
  expect(joints.payload.classes).toEqual(['pose']);
  const side = 1.25 * Math.max(box.x2Px - box.x1Px, box.y2Px - box.y1Px);
  for (const { xPx, yPx } of subject.points) {
    expect(Math.abs(xPx - (box.x1Px + box.x2Px) / 2)).toBeLessThan(side / 2 + 1);
    expect(Math.abs(yPx - (box.y1Px + box.y2Px) / 2)).toBeLessThan(side / 2 + 1);
  }
  expect(subject.points.length).toBe(17);
  expect(cost.models.pose?.runs).toBe(found.boxes.length);
  expect(cost.models.people).toMatchObject({ runs: 1 });
});

test('without a model before it that finds persons, pose looks at the whole picture', async () => {
  const { pictures } = await look(6, ['pose', 'people'], [people, pose]);
  expect(payloadOf(pictures[0], 'pose')).toMatchObject({ of: [], payload: { kind: 'key_points' } });
});

test('each picture of a batch has the crops of its own boxes', async () => {
  const plan = ['people', 'pose'];
  const alone = [await look(2, plan, [people, pose]), await look(9, plan, [people, pose])];
  const { pictures } = await models.look(
    [2, 9].map(at => ({ jpeg: jpegAt(at), models: plan, plan })),
    [people, pose],
  );
  expect(pictures).toEqual(alone.flatMap(one => one.pictures));
});

test('most boxes: a model looks at the most confident ones only', async () => {
  const none = { ...shipped.card.crop, most: 0 } as NonNullable<typeof shipped.card.crop>;
  const blind = await ModelSession.open(variant(shipped, { crop: none }));
  const { pictures, cost } = await look(6, ['people', 'pose'], [people, blind]);
  expect(payloadOf(pictures[0], 'pose')?.payload).toEqual({ kind: 'key_points', classes: ['pose'], subjects: [] });
  expect(cost.models.pose).toMatchObject({ runs: 0 });
});

test('a model that needs boxes says so when no model before it finds them', async () => {
  const { pictures } = await look(6, ['people', 'hand-landmarks'], [people, hands]);
  expect(answersOf(pictures[0])[1]).toMatchObject({
    kind: 'failed',
    message:
      'it looks at boxes of palm with the points wrist, middle_mcp, and no model before it in the plan finds them: add one',
  });
});

test('a model that needs points of the boxes says so when the model that finds them gives none', async () => {
  const palms = await ModelSession.open(variant(loaded, { name: 'palms', classes: ['palm', 'pizza', 'scooper'] }));
  const { pictures } = await look(6, ['palms', 'hand-landmarks'], [palms, hands]);
  expect(answersOf(pictures[0])).toMatchObject([
    { kind: 'result', result: { payload: { classes: ['palm', 'pizza', 'scooper'] } } },
    { kind: 'failed', message: expect.stringContaining('boxes of palm with the points wrist, middle_mcp') },
  ]);
});

test('when the model before it fails, it passes over the picture: nothing is known of its classes', async () => {
  const broken = await ModelSession.open(variant(loaded, { name: 'people', classes: ['person'] }));
  const { pictures } = await look(6, ['people', 'pose'], [broken, pose]);
  expect(answersOf(pictures[0]).map(({ kind, model }) => [kind, model])).toEqual([
    ['failed', 'people'],
    ['passed', 'pose'],
  ]);
});

test('when the model before it passes over a picture by its rate, it passes over it too, and nothing failed', async () => {
  const { pictures, cost } = await models.look(
    [{ jpeg: jpegAt(6), models: ['pose'], plan: ['people', 'pose'] }],
    [people, pose],
  );
  expect(answersOf(pictures[0])).toEqual([{ kind: 'passed', model: 'pose' }]);
  expect(cost.models).toEqual({ pose: { runs: 0, preprocessMs: 0, inferenceMs: 0, postprocessMs: 0 } });
});
