import { expect, test } from 'vitest';
import { DueModels, type PlannedModel } from './due-models.ts';

const every: PlannedModel = { key: 'every', everyMs: 0, tiles: null };
const twice: PlannedModel = { key: 'twice', everyMs: 500, tiles: null };
const once: PlannedModel = { key: 'once', everyMs: 1_000, tiles: null };

/** The models that look at pictures of these times, in this order. */
function looks(times: readonly number[], plan: readonly PlannedModel[], cameraId = 'c1', due = new DueModels()) {
  return times.map(timeMs => {
    const now = due.dueAt(cameraId, timeMs, plan);
    due.look(cameraId, timeMs, now);
    return now.map(({ key }) => key).join(' ');
  });
}

test('a model looks at the first picture of each of its slots, whatever comes between', () => {
  const times = [1_000, 1_200, 1_400, 1_600, 1_800, 2_000, 2_200, 2_900, 5_100];
  expect(looks(times, [every, twice])).toEqual([
    'every twice',
    'every',
    'every',
    'every twice',
    'every',
    'every twice',
    'every',
    'every twice',
    'every twice',
  ]);
});

test('models whose rates divide one another look at the same pictures', () => {
  const found = looks([1_040, 1_240, 1_540, 1_740, 2_040, 2_240, 2_540], [twice, once]);
  expect(found).toEqual(['twice once', '', 'twice', '', 'twice once', '', 'twice']);
});

test('each camera has its own slots, and a camera whose time was set back goes on', () => {
  const due = new DueModels();
  expect(looks([1_000, 1_100], [once], 'c1', due)).toEqual(['once', '']);
  expect(looks([1_100, 1_000], [once], 'c2', due)).toEqual(['once', '']);
  expect(looks([400, 1_000], [once], 'c1', due)).toEqual(['once', 'once']);
});

test('to ask what is due changes nothing', () => {
  const due = new DueModels();
  expect([1, 2, 3].map(() => due.dueAt('c1', 1_000, [once]))).toEqual([[once], [once], [once]]);
});
