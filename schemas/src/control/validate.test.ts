import { expect, test } from 'vitest';
import type { Rule, Zone } from '../generated/records.ts';
import { handNoScooper } from './hand-no-scooper.ts';
import { kinds } from './kinds/registry.ts';
import { validateRule } from './validate.ts';

const rule = (changes: Partial<Rule> = {}): Rule => ({ ...handNoScooper('c1', null), ...changes });
const zone = (...corners: [x: number, y: number][]): Zone => ({
  zoneId: 'z1',
  cameraId: 'c1',
  name: 'Ingredients',
  polygon: corners.map(([x, y]) => ({ x, y })),
});
const fields = (refusals: readonly { readonly field: string }[]): string[] => refusals.map(({ field }) => field);

test('the kitchen rule as it starts is valid', () => {
  expect(validateRule(rule(), ['hand', 'pizza', 'scooper'])).toEqual([]);
});

test('a gap not shorter than the duration is refused with what to do', () => {
  expect(validateRule(rule({ minDurationMs: 500, gapMs: 500 }))).toEqual([
    { field: 'gapMs', problem: expect.stringContaining('500 ms'), fix: expect.stringContaining('less than 500 ms') },
  ]);
});

test('a class that the model lacks is refused by the field that names it', () => {
  expect(fields(validateRule(rule(), ['hand', 'pizza']))).toEqual(['conditions[1].className']);
});

test('shares, times and hours out of bounds are refused each by its field', () => {
  const schedule = [
    { days: [8], from: '09:00', to: '17:00' },
    { days: [1], from: '9', to: '17:00' },
  ];
  const refused = validateRule(rule({ minOverlap: 1.1, cooldownMs: -1, schedule }));
  expect(fields(refused)).toEqual(['minOverlap', 'cooldownMs', 'schedule[0].days', 'schedule[1].from']);
});

test('a zone with an inner corner is valid', () => {
  expect(kinds.zone.validate(zone([0, 0], [1, 0], [0.5, 0.5], [1, 1], [0, 1]))).toEqual([]);
});

test('a zone that crosses itself, folds back, leaves the picture or has no area is refused', () => {
  const wrong = [
    zone([0, 0], [1, 1], [1, 0], [0, 1]),
    zone([0, 0], [1, 0], [0.5, 0]),
    zone([0, 0], [1.2, 0], [1, 1]),
    zone([0, 0], [1, 1]),
    zone([0, 0], [1, 0], [1, 0], [0, 1]),
  ];
  expect(wrong.map(one => fields(kinds.zone.validate(one)))).toEqual([
    ['polygon'],
    ['polygon'],
    ['polygon[1]'],
    ['polygon'],
    ['polygon'],
  ]);
});
