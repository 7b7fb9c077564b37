import { expect, test } from 'vitest';
import { change, control } from '../rules/scripted-camera.ts';
import { CameraPlans } from './camera-plans.ts';

const plan = (...models: readonly string[]) => ({ plan: models.map(model => ({ model })) });

test('a camera without a plan has the standard models; with one, those of its plan, in order; an empty plan has none', () => {
  expect(new CameraPlans({ fold: control() }, ['kitchen']).modelsAt('c1', 0)).toEqual(['kitchen']);
  const planned = control(change('camera', plan('people', 'kitchen', 'people')));
  expect(new CameraPlans({ fold: planned }, ['kitchen']).modelsAt('c1', 0)).toEqual(['people', 'kitchen']);
  const empty = control(change('camera', plan()));
  expect(new CameraPlans({ fold: empty }, ['kitchen']).modelsAt('c1', 0)).toEqual([]);
});

test('a plan holds for pictures from its time on, also for those that are looked at later', () => {
  const fold = control(change('camera', plan('people'), 5_000));
  const plans = new CameraPlans({ fold }, ['kitchen']);
  expect([4_999, 5_000].map(atMs => plans.modelsAt('c1', atMs))).toEqual([['kitchen'], ['people']]);
});

test('the models of all active cameras are wanted, and always the standard ones', () => {
  const fold = control(
    change('camera', plan('people')),
    change('camera', { active: false, ...plan('faces') }, 0, 'c2'),
  );
  expect(new CameraPlans({ fold }, ['kitchen']).wanted()).toEqual(['kitchen', 'people']);
});

test('a camera that is unknown here has the standard models', () => {
  expect(new CameraPlans({ fold: control() }, ['kitchen']).modelsAt('c9', 0)).toEqual(['kitchen']);
});
