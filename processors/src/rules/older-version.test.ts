import { avroSerde, type CameraRun } from '@sightline/schemas';
import { expect, test } from 'vitest';
import { change, control, ScriptedCamera, times } from './scripted-camera.ts';

const breach = ['pizza', 'hand'] as const;
const calm = ['pizza', 'handAside'] as const;

/** A rule as an older process without its kind decodes it. Versions and offsets are equal for both processes. */
const asOlder = (changes = {}) => control(change('rule', { ...changes, parameters: { kind: 'unknown', of: 'dwell' } }));
const asNewer = (changes = {}) => control(change('rule', { minDurationMs: 600, ...changes }));
const serde = avroSerde<CameraRun>('CameraRun', 'single-object');

/** Another process takes the camera over, from the bytes of its state. */
function takenOver(from: ScriptedCamera, fold: ReturnType<typeof control>): ScriptedCamera {
  const camera = new ScriptedCamera(fold);
  if (from.run !== undefined) camera.run = serde.deserialize(serde.serialize(from.run));
  return camera;
}

test('a process that does not know the kind of a rule reports it and opens nothing', () => {
  const older = new ScriptedCamera(asOlder()).see(times(9, breach));
  expect(older.told).toEqual([]);
  expect(older.judgements.at(-1)?.unjudged).toEqual([expect.stringMatching(/kind dwell .* update this process/)]);
  expect(older.judgements.at(-1)?.track?.boxes).toHaveLength(2); // tracks go on
});

test('a run that a newer process began stays unchanged in an older one, and goes on in the newer', () => {
  const newer = new ScriptedCamera(asNewer({ cooldownMs: 5000 })).see(times(5, breach));
  expect(newer.told).toEqual(['opened 1 @1600']);
  const older = takenOver(newer, asOlder()).see([...times(2, breach), ...times(5, calm), ...times(3, breach)]);
  expect(older.told).toEqual([]);
  expect(older.run?.runs).toEqual(newer.run?.runs);
  const again = takenOver(older, asNewer({ cooldownMs: 5000 })).see([breach, ...times(3, calm)]);
  expect(again.told).toEqual(['updated 2 @4000', 'closed 3 @4000 gap']);
  expect(takenOver(again, asOlder()).see([calm]).run?.cooldowns).toEqual(again.run?.cooldowns);
});

test('an older process still closes runs at the end of the source, a stop or the end of the rule', () => {
  const begun = () => new ScriptedCamera(asNewer()).see(times(5, breach));
  expect(takenOver(begun(), asOlder()).see(['ended']).told).toEqual(['closed 2 @1800 ended']);
  expect(takenOver(begun(), asOlder({ active: false })).see([calm]).told).toEqual(['closed 2 @1800 rule_changed']);
});

test('a rule that changed while an older process had the camera closes its run when the newer one is back', () => {
  const newer = new ScriptedCamera(asNewer()).see(times(5, breach));
  const older = takenOver(newer, asOlder()).see(times(2, breach));
  const back = takenOver(older, asNewer({ gapMs: 500 })).see([breach]);
  expect(back.told).toEqual(['closed 2 @1800 rule_changed']);
});

test('a rule with an unknown anchor is not judged', () => {
  const parameters = {
    kind: 'restricted_zone',
    subjectClass: 'person',
    anchor: 'unknown',
    minOverlap: 0,
    leaveMargin: 0,
  };
  const camera = new ScriptedCamera(control(change('rule', { parameters }))).see(times(9, ['person']));
  expect(camera.told).toEqual([]);
  expect(camera.judgements.at(-1)?.unjudged).toEqual([expect.stringContaining('anchor')]);
});
