import { expect, test } from 'vitest';
import { change, control, detection, ScriptedCamera, times } from './scripted-camera.ts';

const breach = ['pizza', 'hand'] as const;
const calm = ['pizza', 'handAside'] as const;

test('a bare hand on the pizza opens a violation after the duration and closes it after the gap', () => {
  const camera = new ScriptedCamera().see([calm, ...times(8, breach), ...times(4, calm)]);
  expect(camera.told).toEqual(['opened 1 @1800', 'closed 2 @2600 gap']);
  expect(camera.violations[1]).toMatchObject({ startedAtMs: 1200, endedAtMs: 2600, framesObserved: 8 });
});

test('a scooper on the hand, a hand outside the zone and a zone without a pizza are no breach', () => {
  const camera = new ScriptedCamera();
  camera
    .see(times(8, ['pizza', 'hand', 'scooper']))
    .see(times(8, calm))
    .see(times(8, ['hand']));
  expect(camera.told).toEqual([]);
});

test('a scooper missed in one picture counts as there; missed for longer, it is a breach', () => {
  const scoops = ['pizza', 'hand', 'scooper'] as const;
  const missed = new ScriptedCamera().see(Array.from({ length: 12 }, (_, i) => (i % 3 === 2 ? breach : scoops)));
  expect(missed.told).toEqual([]);
  const gone = new ScriptedCamera().see([...times(3, scoops), ...times(6, breach)]);
  expect(gone.told).toEqual(['opened 1 @2400']);
  expect(gone.violations[0]?.startedAtMs).toBe(1800); // last seen at 1400
});

test('a track has all that the rules saw of a frame: tentative boxes without an id, and what was missed a moment ago', () => {
  const camera = new ScriptedCamera().see([...times(3, ['pizza', 'hand', 'scooper']), breach, breach]);
  const seen = camera.judgements.map(({ track }) => ({
    confirmed: track?.boxes.filter(({ trackId }) => trackId !== null).map(({ className }) => className),
    tentative: track?.boxes.filter(({ trackId }) => trackId === null).map(({ className }) => className),
    remembered: track?.remembered.map(({ className }) => className),
  }));
  const all = ['pizza', 'hand', 'scooper'];
  expect(seen).toEqual([
    { confirmed: [], tentative: all, remembered: [] },
    { confirmed: all, tentative: [], remembered: [] },
    { confirmed: all, tentative: [], remembered: [] },
    { confirmed: [...breach], tentative: [], remembered: ['scooper'] }, // so the hand is not bare yet
    { confirmed: [...breach], tentative: [], remembered: [] },
  ]);
});

test('one box jump neither opens nor closes a violation', () => {
  expect(new ScriptedCamera().see([...times(3, calm), breach, ...times(5, calm)]).told).toEqual([]);
  const camera = new ScriptedCamera().see([...times(4, breach), calm, ...times(4, breach), ...times(4, calm)]);
  expect(camera.told).toEqual(['opened 1 @1600', 'updated 2 @2600', 'closed 3 @2600 gap']);
});

test('an open violation is published once a second of camera time', () => {
  const camera = new ScriptedCamera().see(times(30, breach), { periodMs: 100 });
  expect(camera.told).toEqual(['opened 1 @1500', 'updated 2 @2500', 'updated 3 @3500']);
});

test('another hand that takes over within the gap is the same violation', () => {
  const other = ['pizza', 'otherHand'] as const;
  const camera = new ScriptedCamera().see([...times(5, breach), ['pizza', 'hand', 'otherHand'], ...times(5, other)]);
  camera.see(times(4, calm));
  expect(new Set(camera.violations.map(violation => violation.violationId)).size).toBe(1);
  expect(camera.told.at(-1)).toBe('closed 3 @3000 gap');
});

test('lineage names first, best and last frame, their records, the model and the versions', () => {
  const camera = new ScriptedCamera().see([calm, ...times(5, breach), ...times(4, calm)]);
  const closed = camera.violations.at(-1);
  const frame = (sequence: number) => ({
    epoch: 1,
    sequence,
    capturedAtMs: 1000 + sequence * 200,
    mediaTimeMs: null,
    frame: { topic: 'frames', partition: 0, offset: sequence, sha256: 'f'.repeat(64) },
    detection: { topic: 'detections', partition: 0, offset: sequence },
  });
  expect(closed).toMatchObject({ firstFrame: frame(1), peakFrame: frame(1), lastFrame: frame(5) });
  expect(closed).toMatchObject({ controlOffset: 3, subjectBox: 1 });
  expect(closed?.models).toEqual([{ model: 'scripted', version: '1', sha256: 'a'.repeat(64) }]);
  expect(closed?.boxes.map(box => box.className)).toEqual(['pizza', 'hand']);
});

test('a hand that stays through unchanged pictures stays in breach as long as nothing changes', () => {
  const camera = new ScriptedCamera().see([breach]).see(times(3, 'unchanged'), { periodMs: 1000 });
  expect(camera.told).toEqual(['opened 1 @2000', 'updated 2 @3000', 'updated 3 @4000']);
});

test('an unchanged picture after a skipped one, or in a new epoch, shows nothing', () => {
  const skipped = new ScriptedCamera().see([...times(2, breach), 'skipped', ...times(9, 'unchanged')]);
  const newEpoch = new ScriptedCamera().see(times(2, breach)).see(times(9, 'unchanged'), { epoch: 2 });
  for (const camera of [skipped, newEpoch]) {
    expect(camera.told).toEqual([]);
    expect(camera.judgements.at(-1)?.track).toMatchObject({ outcome: 'skipped', boxes: [], models: [] });
  }
});

test('two skipped pictures do not split a breach; a frame without the breach does', () => {
  const skipped = new ScriptedCamera().see([...times(4, breach), 'skipped', 'skipped', ...times(5, breach)]);
  expect(skipped.told).toEqual(['opened 1 @1600', 'updated 2 @2600']);
  const looked = new ScriptedCamera().see([...times(4, breach), 'skipped', calm, ...times(5, breach)]);
  expect(looked.told).toEqual(['opened 1 @1600', 'closed 2 @1600 gap', 'opened 1 @2800']);
});

test('under overload, with a look every 800 ms, a breach is one violation from first to last look', () => {
  const camera = new ScriptedCamera().see(times(6, breach).flatMap(one => [one, ...times(3, 'skipped')]));
  camera.see([calm]);
  expect(camera.told).toEqual(['opened 1 @2600', 'updated 2 @4200', 'closed 3 @5000 gap']);
  expect(camera.violations.at(-1)).toMatchObject({ startedAtMs: 1000, framesObserved: 6 });
});

test('two single frames far apart make no violation: an unseen gap counts at most gapMs', () => {
  const camera = new ScriptedCamera().see([breach, ...times(20, 'skipped'), breach, calm, calm, calm]);
  expect(camera.told).toEqual([]);
});

test('a violation closes after 10 s without a picture', () => {
  const camera = new ScriptedCamera().see([...times(5, breach), ...times(50, 'down'), 'skipped']);
  expect(camera.told).toEqual(['opened 1 @1600', 'closed 2 @1800 unseen']);
  expect(camera.run?.capturedAtMs).toBe(1800 + 51 * 200);
  const back = new ScriptedCamera().see([...times(5, breach), ...times(9, 'down')]).see([breach], { epoch: 2 });
  expect(back.told).toEqual(['opened 1 @1600', 'updated 2 @3800']);
});

test('the end of the source closes a violation with that reason, a new epoch does not', () => {
  const camera = new ScriptedCamera().see(times(4, breach)).see(times(2, breach), { epoch: 2 });
  expect(camera.told).toEqual(['opened 1 @1600']);
  camera.see(['ended'], { epoch: 2 });
  expect(camera.told.at(-1)).toBe('closed 2 @2000 ended');
  expect(camera.run?.models).toEqual([]);
});

test('a record not above the last taken is a duplicate and changes nothing', () => {
  const camera = new ScriptedCamera().see(times(5, breach), { epoch: 2 });
  const before = camera.run;
  const again = [detection(4, 9000, calm, 2), detection(9, 9000, calm, 1)].map(record => camera.take(record));
  expect(again.map(judgement => [judgement.accounting, judgement.track, judgement.violations.length])).toEqual([
    ['duplicate', undefined, 0],
    ['duplicate', undefined, 0],
  ]);
  expect(camera.run).toBe(before);
});

test('an unknown camera, a stopped one and one of a store without subscription are filtered', () => {
  const stranger = { ...detection(0, 1000, breach), cameraId: 'c9' };
  const stopped = change('camera', { active: false });
  const unpaid = change('store', { subscriptionActive: false });
  for (const camera of [new ScriptedCamera(control(stopped)), new ScriptedCamera(control(unpaid))])
    expect(camera.take(detection(0, 1000, breach))).toMatchObject({ accounting: 'filtered', run: undefined });
  expect(new ScriptedCamera().take(stranger)).toMatchObject({ accounting: 'filtered', track: undefined });
});

test('a camera that is stopped while a violation is open closes it as ended, with a switch', () => {
  const camera = new ScriptedCamera(control(change('camera', { active: false }, 1900)));
  camera.see(times(5, breach)).take(detection(5, 2000, breach));
  expect(camera.told).toEqual(['opened 1 @1600', 'closed 2 @1800 ended']);
  expect(camera.judgements.at(-1)).toMatchObject({
    accounting: 'filtered',
    configSwitch: { controlOffset: 4, nextOffset: 5 },
  });
});

test('a change takes effect at the first record at its time and is recorded as a switch', () => {
  const camera = new ScriptedCamera(control(change('rule', { name: 'Bare hand' }, 1500)));
  camera.see(times(6, breach));
  expect(camera.judgements.map(judgement => judgement.configSwitch)).toEqual([
    { cameraId: 'c1', controlOffset: 3, partition: 0, nextOffset: 0 },
    undefined,
    undefined,
    { cameraId: 'c1', controlOffset: 4, partition: 0, nextOffset: 3 },
    undefined,
    undefined,
  ]);
  expect(camera.told).toEqual(['opened 1 @1600']); // renaming changes no violation
});

test('a change of a rule, of its zone, or its end closes what is open by it', () => {
  const polygon = [
    { x: 0, y: 0 },
    { x: 1, y: 0 },
    { x: 1, y: 1 },
  ];
  const changes = [
    change('rule', { minDurationMs: 600 }, 1900),
    change('zone', { polygon }, 1900),
    change('rule', { active: false }, 1900),
  ];
  for (const one of changes) {
    const camera = new ScriptedCamera(control(one)).see(times(6, breach));
    expect(camera.told).toEqual(['opened 1 @1600', 'closed 2 @1800 rule_changed']);
  }
});

test('a task keeps its configuration until a newer one is due', () => {
  const camera = new ScriptedCamera(control(change('rule', { active: false }, 60_000)));
  expect(camera.see(times(5, breach)).told).toEqual(['opened 1 @1600']);
});

test('no new violation opens within the cooldown', () => {
  const camera = new ScriptedCamera(control(change('rule', { cooldownMs: 2000 })));
  camera.see([...times(5, breach), ...times(3, calm), ...times(20, breach)]);
  expect(camera.told).toEqual(['opened 1 @1600', 'closed 2 @1800 gap', 'opened 1 @5000', 'updated 2 @6000']);
  expect(camera.violations[2]?.startedAtMs).toBe(4400); // closed at 2400, cooled down at 4400
});

test('a rule with hours judges in the time zone of the store only then', () => {
  const schedule = [{ days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '01:00' }]; // 1970 began at 01:00 in Berlin
  const camera = new ScriptedCamera(control(change('rule', { schedule })));
  expect(camera.see(times(9, breach)).told).toEqual([]);
});

test('every record taken gives one track record, with the ids of confirmed tracks only', () => {
  const camera = new ScriptedCamera().see([breach, breach, 'skipped', 'down', 'ended']);
  const tracks = camera.judgements.map(judgement => judgement.track);
  expect(tracks.map(track => track?.outcome)).toEqual(['detected', 'detected', 'skipped', 'down', 'ended']);
  expect(tracks[0]?.boxes.map(box => box.trackId)).toEqual([null, null]);
  expect(tracks[1]?.boxes.map(box => box.trackId)).toEqual([expect.any(String), expect.any(String)]);
});

const dayMs = 86_400_000;

test('a state of a clock that was set right by more than a day is given up: its runs close and the camera is judged anew', () => {
  const ahead = 40 * dayMs;
  const camera = new ScriptedCamera();
  for (const sequence of [0, 1, 2, 3, 4]) camera.take(detection(sequence, ahead + sequence * 200, breach, ahead));
  expect(camera.told).toEqual([`opened 1 @${ahead + 600}`]);
  const now = 10 * dayMs;
  for (const sequence of [0, 1, 2, 3]) camera.take(detection(sequence, now + sequence * 200, breach, now));
  expect(camera.told.slice(1)).toEqual([`closed 2 @${ahead + 800} clock_set_back`, `opened 1 @${now + 600}`]);
  expect(camera.judgements.slice(5).map(({ accounting, configSwitch }) => [accounting, configSwitch])).toEqual(
    Array(4).fill(['processed', undefined]),
  );
  expect(camera.run).toMatchObject({ epoch: now, capturedAtMs: now + 600, sequence: 3 });
});

test.each([
  ['epoch', 3 * dayMs, 1000],
  ['capturedAtMs', 1, 3 * dayMs],
])('a state with its %s more than a day ahead is given up, and one a day ahead is not', (_, epoch, capturedAtMs) => {
  const takenAt = (writtenAtMs: number): string | undefined => {
    const camera = new ScriptedCamera();
    camera.take(detection(0, capturedAtMs, calm, epoch), 3 * dayMs);
    return camera.take(detection(0, 2000, calm, 1), writtenAtMs).accounting;
  };
  expect(takenAt(2 * dayMs)).toBe('duplicate');
  expect(takenAt(2 * dayMs - 1)).toBe('processed');
});
