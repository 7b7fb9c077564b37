import { expect, test } from 'vitest';
import type { Rule } from '../generated/records.ts';
import { handNoScooper } from './hand-no-scooper.ts';
import { newRule } from './kinds.ts';
import { IDLE_EVERY_MS, type LookingModel, neededRate, rulesInForce } from './needed-rate.ts';

const looking = (model: string, classes: readonly string[], cropsOf: string | null = null): LookingModel => ({
  ...{ model, classes, cropsOf },
});
const people = looking('people', ['person', 'car']);
const kitchen = looking('kitchen', ['hand', 'pizza', 'scooper']);
const faces = looking('faces', ['face'], 'person');
const marks = looking('marks', ['eye'], 'face');

function zoneRule(minDurationMs: number, changes: Partial<Rule> = {}, subjectClass = 'person'): Rule {
  const rule = newRule('restricted_zone', { ruleId: `${minDurationMs}`, cameraId: 'c1', zoneId: null });
  return { ...rule, minDurationMs, gapMs: 1, ...changes, parameters: { ...rule.parameters, subjectClass } };
}
const everyMs = (model: string, rules: readonly Rule[], plan = [people, kitchen], pictureRate = 30): number =>
  neededRate(model, plan, rules, pictureRate).everyMs;

test('a model looks four times in the shortest duration at least, and once a second', () => {
  const durations = [100, 499, 500, 999, 1_000, 1_999, 2_000, 4_000, 60_000, 86_400_000];
  const needed = durations.map(duration => everyMs('people', [zoneRule(duration)]));
  expect(needed).toEqual([0, 0, 125, 125, 250, 250, 500, 1_000, 1_000, 1_000]);
  for (const [at, duration] of durations.entries()) expect((needed[at] ?? 0) * 4).toBeLessThanOrEqual(duration);
});

test('the rates divide one another, so models of one rule look at the same pictures', () => {
  const rates = [...new Set([500, 1_000, 2_000, 4_000].map(duration => everyMs('people', [zoneRule(duration)])))];
  expect([...rates, IDLE_EVERY_MS].every((rate, at, all) => at === 0 || rate % (all[at - 1] ?? 1) === 0)).toBe(true);
});

test('of several rules the one that needs most decides, and is named', () => {
  const rules = [zoneRule(60_000), zoneRule(2_000), zoneRule(500, {}, 'hand')];
  expect(neededRate('people', [people, kitchen], rules, 30)).toEqual({ everyMs: 500, rule: rules[1] });
});

test('a rule about contact needs every picture; without contact, as its duration says', () => {
  const contact = { ...handNoScooper('c1', null), minDurationMs: 60_000 };
  expect(everyMs('kitchen', [contact])).toBe(0);
  const absence = newRule('absence', { ruleId: 'a', cameraId: 'c1', zoneId: null });
  const conditions = [{ kind: 'overlaps' as const, className: 'scooper', negated: true }];
  const without = { ...absence, parameters: { ...absence.parameters, subjectClass: 'hand', conditions } };
  expect(everyMs('kitchen', [{ ...without, minDurationMs: 8_000 }])).toBe(1_000);
});

test('without a rule on its classes, or named by none, a model looks for the pages alone', () => {
  expect(neededRate('kitchen', [people, kitchen], [zoneRule(500)], 30)).toEqual({ everyMs: 2_000, rule: null });
  expect(everyMs('people', [zoneRule(500, { models: ['others'] })])).toBe(2_000);
});

test('a rule of a kind that only a newer version knows needs every picture of every model', () => {
  const newer: Rule = { ...zoneRule(60_000), parameters: { kind: 'unknown', of: 'dwell' } };
  expect([everyMs('people', [newer]), everyMs('kitchen', [newer])]).toEqual([0, 0]);
});

test('a model serves the rules of those that look at its boxes, however many lie between', () => {
  const plan = [people, faces, marks];
  const rules = [zoneRule(2_000, {}, 'eye')];
  expect(plan.map(({ model }) => everyMs(model, rules, plan))).toEqual([500, 500, 500]);
  const circle = [looking('a', ['x'], 'y'), looking('b', ['y'], 'x')];
  expect(everyMs('a', [], circle)).toBe(2_000);
});

test('a need that the camera\u2019s pictures just meet is every picture', () => {
  expect([4, 4.1].map(rate => everyMs('people', [zoneRule(1_000)], [people], rate))).toEqual([0, 250]);
  expect(everyMs('people', [], [people], 0.2)).toBe(0);
});

test('a rule is in force while it is active and within its hours, in the zone of the store', () => {
  const schedule = [{ days: [1, 2, 3, 4, 5, 6, 7], from: '09:00', to: '17:00' }];
  const rules = [zoneRule(1_000, { schedule }), zoneRule(2_000, { active: false })];
  const inForce = (iso: string): number => rulesInForce(rules, { timeZone: 'Europe/Berlin' }, Date.parse(iso)).length;
  expect(['2026-07-01T06:59:59Z', '2026-07-01T07:00:00Z', '2026-07-01T15:00:00Z'].map(inForce)).toEqual([0, 1, 0]);
  expect(rulesInForce(rules, undefined, Date.parse('2026-07-01T09:00:00Z'))).toHaveLength(1);
});
