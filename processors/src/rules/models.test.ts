import { expect, test } from 'vitest';
import { boxesAt, change, control, detection, type Place, result, ScriptedCamera, times } from './scripted-camera.ts';

const KITCHEN = ['hand', 'pizza', 'scooper'];
const kitchen = (...places: readonly Place[]) => result('kitchen', KITCHEN, boxesAt(...places));
const people = (...places: readonly Place[]) => result('people', ['person'], boxesAt(...places));

test('with two models on a frame, a rule uses the one that looks for its classes; lineage names only that one', () => {
  const camera = new ScriptedCamera();
  for (let i = 0; i < 5; i++) camera.look([people('person'), kitchen('pizza', 'hand')]);
  const [opened] = camera.violations;
  expect(camera.told).toEqual(['opened 1 @1600']);
  expect(opened?.models.map(({ model }) => model)).toEqual(['kitchen']);
  expect(opened?.boxes.map(({ className, model }) => [className, model])).toEqual([
    ['pizza', 'kitchen'],
    ['hand', 'kitchen'],
  ]);
  const track = camera.judgements.at(-1)?.track;
  expect(track?.models.map(({ model }) => model)).toEqual(['people', 'kitchen']);
  expect(track?.boxes.map(({ className }) => className)).toEqual(['person', 'pizza', 'hand']);
  expect(new Set(track?.boxes.map(({ trackId }) => trackId)).size).toBe(3);
});

test('a picture that the model did not look at does not end a breach', () => {
  const camera = new ScriptedCamera();
  for (let i = 0; i < 6; i++) {
    camera.look([kitchen('pizza', 'hand'), people()]);
    camera.look([people('person')]);
    camera.look([people('person')]);
  }
  expect(camera.told).toEqual(['opened 1 @2200', 'updated 2 @3400']);
});

test('a picture in which the model finds nothing ends the breach', () => {
  const camera = new ScriptedCamera().see(times(5, ['pizza', 'hand']));
  for (let i = 0; i < 3; i++) camera.look([result('scripted', KITCHEN, []), people('person')]);
  expect(camera.told).toEqual(['opened 1 @1600', 'closed 2 @1800 gap']);
});

test('unchanged repeats the results of the last picture, for each model that looked at it', () => {
  const camera = new ScriptedCamera();
  camera.look([kitchen('pizza', 'hand')]);
  camera.look([people('person')]);
  camera.see(['unchanged']);
  const track = camera.judgements.at(-1)?.track;
  expect(track).toMatchObject({ outcome: 'unchanged', boxes: [{ className: 'person', model: 'people' }] });
  expect(track?.models.map(({ model }) => model)).toEqual(['people']);
});

test('a rule that names models uses only those', () => {
  const camera = new ScriptedCamera(control(change('rule', { models: ['second'] })));
  const second = (...places: readonly Place[]) => result('second', KITCHEN, boxesAt(...places));
  for (let i = 0; i < 5; i++) camera.look([kitchen('pizza', 'hand'), second('pizza', 'handAside')]);
  expect(camera.told).toEqual([]);
  for (let i = 0; i < 5; i++) camera.look([kitchen('pizza', 'handAside'), second('pizza', 'hand')]);
  expect(camera.violations[0]?.models.map(({ model }) => model)).toEqual(['second']);
});

test('a rule whose classes no model looks for is not judged: without a look, no scooper is missing', () => {
  const camera = new ScriptedCamera();
  for (let i = 0; i < 9; i++) camera.look([result('two', ['hand', 'pizza'], boxesAt('pizza', 'hand'))]);
  expect(camera.told).toEqual([]);
  expect(camera.judgements.at(-1)?.unjudged).toEqual([
    expect.stringMatching(/without scooper: no model looks for scooper/),
  ]);
});

test('when the file of a model changes during a breach, lineage names both files', () => {
  const camera = new ScriptedCamera();
  for (let i = 0; i < 4; i++) camera.look([kitchen('pizza', 'hand')]);
  for (let i = 0; i < 6; i++) camera.look([{ ...kitchen('pizza', 'hand'), version: '2', sha256: 'b'.repeat(64) }]);
  expect(camera.violations.at(-1)?.models.map(({ version }) => version)).toEqual(['1', '2']);
});

test('results of an unknown kind are reported and not judged; other results are judged', () => {
  const camera = new ScriptedCamera();
  const masks = { ...result('masks', [], []), payload: { kind: 'unknown' as const, of: 'masks' } };
  for (let i = 0; i < 5; i++) camera.look([masks, kitchen('pizza', 'hand')]);
  expect(camera.told).toEqual(['opened 1 @1600']);
  expect(camera.judgements.at(-1)?.unjudged).toEqual([expect.stringMatching(/model masks .* kind masks .* update/)]);
  for (let i = 0; i < 9; i++) camera.look([masks]);
  expect(camera.told).toEqual(['opened 1 @1600']); // no look of the rule
});

test('text, vectors and classes of a frame are kept and not judged', () => {
  const [box] = boxesAt('hand');
  if (box === undefined) throw new Error('there is a hand');
  const payloads = [
    { kind: 'text' as const, lines: [] },
    { kind: 'embedding' as const, subjects: [{ box, vector: [1] }] },
    { kind: 'classes' as const, classes: [] },
  ];
  const camera = new ScriptedCamera();
  const results = payloads.map(payload => ({ ...result(payload.kind, [], []), payload }));
  const judgement = camera.take({ ...detection(0, 1000, []), results });
  expect(judgement.track).toMatchObject({ outcome: 'detected', models: [], boxes: [] });
  expect(judgement.unjudged).toEqual([]); // no model has looked for any class yet
});

test('key points are followed by their boxes, and lineage names the models whose boxes they came from', () => {
  const at = boxesAt('pizza', 'hand');
  const [pizza, hand] = at;
  if (pizza === undefined || hand === undefined) throw new Error('there are a pizza and a hand');
  const points = [{ name: 'wrist', xPx: 310, yPx: 190, confidence: 0.875 }];
  const results = [
    result('palm', ['palm'], [{ ...hand, className: 'palm' }]),
    result('food', ['pizza', 'scooper'], [pizza]),
    {
      ...result('hand-landmarks', [], []),
      of: ['palm'],
      payload: { kind: 'key_points' as const, classes: ['hand'], subjects: [{ box: hand, points }] },
    },
  ];
  const camera = new ScriptedCamera();
  for (let i = 0; i < 4; i++) camera.look(results);
  expect(camera.told).toEqual(['opened 1 @1600']);
  expect(camera.violations[0]?.models.map(({ model }) => model)).toEqual(['palm', 'food', 'hand-landmarks']);
  const { boxes = [], subjectBox = 0 } = camera.violations[0] ?? {};
  expect(boxes[subjectBox]).toMatchObject({ className: 'hand', points });
  camera.see(['unchanged']);
  const repeated = camera.judgements.at(-1)?.track?.boxes.find(({ className }) => className === 'hand');
  expect(repeated?.points).toEqual(points);
});

/** Looks at every fifth picture, once a second: `sights` says what it sees at each look. */
function slowly(camera: ScriptedCamera, sights: readonly (readonly Place[])[]): ScriptedCamera {
  for (const names of sights) {
    camera.look([{ ...kitchen(...names), everyMs: 1_000 }]);
    for (let i = 0; i < 4; i++) camera.look([]);
  }
  return camera;
}

test('a slow model loses no track and closes no run on the pictures that it passes over', () => {
  const camera = slowly(new ScriptedCamera(), Array(8).fill(['pizza', 'hand']));
  expect(camera.told[0]).toMatch(/^opened/);
  expect(camera.told.filter(told => told.startsWith('closed'))).toEqual([]);
  const tracks = camera.judgements.flatMap(({ track }) => track?.boxes.filter(box => box.className === 'hand') ?? []);
  expect(new Set(tracks.slice(1).map(({ trackId }) => trackId)).size).toBe(1);
});

test('one wrong look of a slow model closes no run; when the breach is over the next looks close it', () => {
  const [breach, over] = [['pizza', 'hand'] as const, ['pizza'] as const];
  const camera = slowly(new ScriptedCamera(), [breach, breach, breach, over, breach, breach]);
  expect(camera.told.filter(told => told.startsWith('closed'))).toEqual([]);
  slowly(camera, [over, over, over, over]);
  expect(camera.told.at(-1)).toMatch(/^closed \d+ @6000 gap$/);
});

test('on a picture that a slow model passes over, its objects are expected where they were, and no rule sees them', () => {
  const camera = slowly(new ScriptedCamera(), [
    ['pizza', 'hand'],
    ['pizza', 'hand'],
  ]);
  const between = camera.judgements.at(-1)?.track;
  expect(between).toMatchObject({ outcome: 'detected', models: [], boxes: [] });
  expect(between?.remembered.map(({ className }) => className).toSorted()).toEqual(['hand', 'pizza']);
  const fast = new ScriptedCamera().see([
    ['pizza', 'hand'],
    ['pizza', 'hand'],
  ]);
  expect(fast.look([]).track?.remembered).toEqual([]); // its model failed here: it is not known where they are
});
