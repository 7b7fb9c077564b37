import type { ControlRecord, Model } from '@sightline/schemas';
import { type ControlFold, encodeChange } from '@sightline/schemas/control';
import { newRule } from '@sightline/schemas/rules';
import { expect, test } from 'vitest';
import { change, control, rule } from '../rules/scripted-camera.ts';
import { CameraPlans, shareOf } from './camera-plans.ts';

const plansOf = (fold: ControlFold, open: readonly string[] = []): CameraPlans =>
  new CameraPlans({
    control: { fold },
    standard: ['kitchen'],
    isOpen: key => open.includes(key),
    cardOf: key => ({ classes: key === 'kitchen' ? ['hand', 'pizza', 'scooper'] : ['person'] }),
  });

const keysAt = (plans: CameraPlans, cameraId: string, atMs: number): readonly string[] =>
  plans.modelsAt(cameraId, atMs).map(({ key }) => key);

const plan = (...models: readonly string[]) => ({ plan: models.map(model => ({ model })) });

test('a camera without a plan has the standard models; with one, those of its plan, in order; an empty plan has none', () => {
  expect(keysAt(plansOf(control()), 'c1', 0)).toEqual(['kitchen']);
  const planned = control(change('camera', plan('people', 'kitchen', 'people')));
  expect(keysAt(plansOf(planned), 'c1', 0)).toEqual(['people', 'kitchen']);
  const empty = control(change('camera', plan()));
  expect(keysAt(plansOf(empty), 'c1', 0)).toEqual([]);
});

test('a plan holds for pictures from its time on, also for those that are looked at later', () => {
  const fold = control(change('camera', plan('people'), 5_000));
  const plans = plansOf(fold);
  expect([4_999, 5_000].map(atMs => keysAt(plans, 'c1', atMs))).toEqual([['kitchen'], ['people']]);
});

test('the models of all active cameras are wanted, and always the standard ones', () => {
  const fold = control(
    change('camera', plan('people')),
    change('camera', { active: false, ...plan('faces') }, 0, 'c2'),
  );
  expect(plansOf(fold).wanted()).toEqual(['kitchen', 'people']);
});

test('a camera that is unknown here has the standard models', () => {
  expect(keysAt(plansOf(control()), 'c9', 0)).toEqual(['kitchen']);
});

const uploaded = (value: Partial<Model>): ControlRecord => {
  const model = { model: 'people', serving: '2', previous: null, candidate: null, shadow: null, ...value };
  const record = change('store', {});
  return {
    ...{ ...record, commandId: JSON.stringify(model), entityKind: 'model', entityId: 'people' },
    value: encodeChange({ kind: 'model', id: 'people', value: model }),
  };
};

test('the serving version of an uploaded model looks at the pictures', () => {
  const plans = plansOf(control(change('camera', plan('people')), uploaded({})), ['people:2']);
  expect(keysAt(plans, 'c1', 0)).toEqual(['people:2']);
  expect(plans.wanted()).toEqual(['kitchen', 'people:2']);
});

test('the version before looks on, and stays open, while the serving one is not open', () => {
  const fold = control(change('camera', plan('people')), uploaded({ previous: '1' }));
  expect(keysAt(plansOf(fold, ['people:1']), 'c1', 0)).toEqual(['people:1']);
  expect(plansOf(fold, ['people:1']).wanted()).toEqual(['kitchen', 'people:2', 'people:1']);
  expect(keysAt(plansOf(fold, ['people:1', 'people:2']), 'c1', 0)).toEqual(['people:2']);
  expect(plansOf(fold, ['people:1', 'people:2']).wanted()).toEqual(['kitchen', 'people:2']);
});

test('a candidate looks at its share of the cameras, always the same ones', () => {
  const cameras = Array.from({ length: 1_000 }, (_, at) => `camera-${at}`);
  const share = (percent: number): number => cameras.filter(id => shareOf('people', id) < percent).length / 1_000;
  expect([0, 100].map(share)).toEqual([0, 1]);
  expect(Math.abs(share(20) - 0.2)).toBeLessThan(0.04);
  const trial = (percent: number): readonly string[] => {
    const fold = control(change('camera', plan('people')), uploaded({ candidate: { version: '3', percent } }));
    return keysAt(plansOf(fold, ['people:2', 'people:3']), 'c1', 0);
  };
  const own = Math.ceil(shareOf('people', 'c1'));
  expect([trial(own - 1), trial(own)]).toEqual([['people:2'], ['people:3']]);
});

test('a candidate that does not open leaves its cameras to the serving version', () => {
  const fold = control(change('camera', plan('people')), uploaded({ candidate: { version: '3', percent: 100 } }));
  expect(keysAt(plansOf(fold, ['people:2']), 'c1', 0)).toEqual(['people:2']);
  expect(keysAt(plansOf(fold), 'c1', 0)).toEqual(['people:3']);
});

test('a shadow is open and looks beside the serving version only', () => {
  const fold = control(change('camera', plan('people')), uploaded({ shadow: '3' }));
  const plans = plansOf(fold, ['people:2', 'people:3']);
  expect(plans.wanted()).toEqual(['kitchen', 'people:2', 'people:3']);
  expect([...plans.shadowsOf(['kitchen', 'people:2'])]).toEqual([['people:2', 'people:3']]);
  expect([...plans.shadowsOf(['kitchen', 'people:1'])]).toEqual([]);
  expect([...plansOf(fold, ['people:2']).shadowsOf(['people:2'])]).toEqual([]);
});

test('the tiles of a step are those of its model; without them it looks at the whole picture alone', () => {
  const tiles = { columns: 3, rows: 2 };
  const plans = plansOf(control(change('camera', { plan: [{ model: 'people', tiles }, { model: 'kitchen' }] })));
  expect(plans.modelsAt('c1', 0).map(planned => planned.tiles)).toEqual([tiles, null]);
});

test('the rate of a step is the time between two looks; the standard models look at every picture', () => {
  const rates = {
    plan: [
      { model: 'people', maxFps: null },
      { model: 'kitchen', maxFps: 3 },
    ],
  };
  expect(plansOf(control(change('camera', rates))).modelsAt('c1', 0)).toEqual([
    { key: 'people', everyMs: 0, tiles: null },
    { key: 'kitchen', everyMs: 333, tiles: null },
  ]);
  expect(plansOf(control()).modelsAt('c1', 0)).toEqual([{ key: 'kitchen', everyMs: 0, tiles: null }]);
});

test('a model that follows the rules has their rate from the time on that they hold, by camera time', () => {
  const byRules = {
    plan: [
      { model: 'people', byRules: true },
      { model: 'kitchen', maxFps: 0.2, byRules: true },
    ],
  };
  const zone = {
    ...newRule('restricted_zone', { ruleId: rule.ruleId, cameraId: 'c1', zoneId: null }),
    minDurationMs: 4_000,
  };
  const stay = { ...zone, parameters: { ...zone.parameters, subjectClass: 'person' } };
  const plans = plansOf(
    control(
      change('camera', byRules),
      change('rule', stay, 3_000),
      change('rule', { ...stay, minDurationMs: 1_000, gapMs: 500 }, 4_000),
      change('rule', { ...stay, active: false }, 5_000),
    ),
  );
  const everyMs = [2_999, 3_000, 3_999, 4_000, 5_000].map(atMs =>
    plans.modelsAt('c1', atMs).map(planned => planned.everyMs),
  );
  expect(everyMs).toEqual([
    [2_000, 5_000], // the kitchen rule asks for every picture, and maxFps for one every 5 s
    [1_000, 5_000],
    [1_000, 5_000],
    [250, 5_000],
    [2_000, 5_000],
  ]);
});
