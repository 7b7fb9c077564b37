import { expect, test } from 'vitest';
import { kinds } from '../control/kinds/registry.ts';
import type { Absence, Rule } from '../generated/records.ts';
import { classesOf, handNoScooper, newRule, ruleKindNames, validateRule } from './index.ts';

const kitchen = handNoScooper('c1', null);
const rule = (changes: Partial<Rule> = {}): Rule => ({ ...kitchen, ...changes });
const withParameters = (changes: Partial<Absence>): Rule =>
  rule({ parameters: { ...kitchen.parameters, ...changes } as Absence });
const ids = { ruleId: 'r1', cameraId: 'c1', zoneId: null };
const fields = (refusals: readonly { readonly field: string }[]): string[] => refusals.map(({ field }) => field);

test('the kitchen rule as it starts is valid', () => {
  expect(validateRule(rule(), ['hand', 'pizza', 'scooper'])).toEqual([]);
  expect(classesOf(kitchen)).toEqual(['hand', 'pizza', 'scooper']);
});

test('a new rule has its own kind and nothing of the kitchen rule; a field without a default is refused by name', () => {
  for (const kind of ruleKindNames) {
    const made = newRule(kind, ids);
    expect(made.parameters.kind).toBe(kind);
    expect(made.violationType).toBe(kind);
    expect(JSON.stringify(made)).not.toMatch(/hand|scooper|pizza/);
  }
  expect(fields(validateRule(newRule('absence', ids)))).toEqual(['parameters.subjectClass', 'parameters.conditions']);
  expect(fields(validateRule(newRule('restricted_zone', ids)))).toEqual(['parameters.subjectClass']);
});

test('a gap not shorter than the duration is refused with what to do', () => {
  expect(validateRule(rule({ minDurationMs: 500, gapMs: 500 }))).toEqual([
    { field: 'gapMs', problem: expect.stringContaining('500 ms'), fix: expect.stringContaining('less than 500 ms') },
  ]);
});

test('a class that the models lack is refused by the field that names it', () => {
  expect(fields(validateRule(rule(), ['hand', 'pizza']))).toEqual(['parameters.conditions[1].className']);
});

test('shares, times, hours and parameters out of bounds are refused each by its field', () => {
  const schedule = [
    { days: [8], from: '09:00', to: '17:00' },
    { days: [1], from: '9', to: '17:00' },
  ];
  const refused = validateRule({ ...withParameters({ minOverlap: 1.1 }), cooldownMs: -1, schedule });
  expect(fields(refused)).toEqual(['cooldownMs', 'parameters.minOverlap', 'schedule[0].days', 'schedule[1].from']);
  const zone = newRule('restricted_zone', ids);
  const wide = { ...zone, parameters: { ...zone.parameters, subjectClass: 'person', leaveMargin: 2 } };
  expect(fields(validateRule(wide))).toEqual(['parameters.leaveMargin']);
  expect(fields(validateRule(rule({ violationType: ' ' })))).toEqual(['violationType']);
});

test("a rule with a newer version's value is never changed here: the change would lose that value", () => {
  const newer = rule({ parameters: { kind: 'unknown', of: 'dwell' } });
  expect(fields(kinds.rule.validate(newer))).toEqual(['parameters']);
  expect(fields(kinds.rule.validate(withParameters({ anchor: 'unknown' })))).toEqual(['parameters.anchor']);
  expect(kinds.rule.unknownParts(kitchen)).toEqual([]);
});
