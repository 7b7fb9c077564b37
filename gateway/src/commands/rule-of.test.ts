import { handNoScooper } from '@sightline/schemas/rules';
import { expect, test } from 'vitest';
import { inputField, ruleOf } from './rule-of.ts';

const cameraId = 'c1';
const kitchen = handNoScooper(cameraId, 'z1');

test('a new rule starts from the defaults of its own kind', () => {
  const made = ruleOf({ cameraId, parameters: { restrictedZone: { subjectClass: 'person' } } }, undefined, 'r1');
  expect(made).toMatchObject({
    ruleId: 'r1',
    name: 'Restricted zone',
    violationType: 'restricted_zone',
    riskLevel: 'medium',
    zoneId: null,
    parameters: { kind: 'restricted_zone', subjectClass: 'person', anchor: 'bottom_centre', leaveMargin: 0.02 },
  });
  const conditions = [{ className: 'helmet', negated: true }];
  const helmet = ruleOf({ cameraId, parameters: { absence: { subjectClass: 'person', conditions } } }, undefined, 'r2');
  expect(helmet).toMatchObject({
    violationType: 'absence',
    parameters: { conditions: [{ kind: 'overlaps', className: 'helmet', negated: true }] },
  });
  expect(JSON.stringify([made, helmet])).not.toMatch(/hand|scooper|pizza/);
});

test('a new rule without its kind, or an input with no or two kinds, is refused by the field with what to do', () => {
  const inputs = [{}, { parameters: {} }, { parameters: { absence: {}, restrictedZone: {} } }];
  for (const input of inputs)
    expect(ruleOf({ cameraId, ...input }, undefined, 'r1')).toEqual({
      field: 'parameters',
      message: expect.stringContaining('exactly one of absence, restrictedZone'),
    });
});

test('a rule keeps its kind and its absent fields', () => {
  expect(ruleOf({ cameraId, parameters: { restrictedZone: {} } }, kitchen, '')).toMatchObject({ field: 'parameters' });
  const changed = ruleOf({ cameraId, gapMs: 300, parameters: { absence: { minOverlap: 0.5 } } }, kitchen, '');
  expect(changed).toEqual({ ...kitchen, gapMs: 300, parameters: { ...kitchen.parameters, minOverlap: 0.5 } });
  expect(ruleOf({ cameraId, name: 'Bare hand' }, kitchen, '')).toEqual({ ...kitchen, name: 'Bare hand' });
});

test('an error names a field as the input does', () => {
  expect(inputField('parameters.conditions[0].className', kitchen)).toBe('parameters.absence.conditions[0].className');
  expect(inputField('gapMs', kitchen)).toBe('gapMs');
});
