import type { Box, RestrictedZone, Rule } from '@sightline/schemas';
import { handNoScooper, newRule } from '@sightline/schemas/rules';
import { expect, test } from 'vitest';
import { ruleVersion } from '../judged-rules.ts';
import { change, control, result, ScriptedCamera, times, zone } from '../scripted-camera.ts';
import { absence } from './absence.ts';
import { kindOf } from './registry.ts';
import { restrictedZone } from './restricted-zone.ts';

const ids = { ruleId: 'c1-hand-no-scooper', cameraId: 'c1', zoneId: zone.zoneId };
const base = newRule('restricted_zone', ids);
const parameters: RestrictedZone = { ...base.parameters, subjectClass: 'person' };
const noEntry: Rule = { ...base, minDurationMs: 500, gapMs: 400, parameters };
const camera = (changes: Partial<Rule> = {}): ScriptedCamera =>
  new ScriptedCamera(control(change('rule', { ...noEntry, ...changes })));

/** A person at `y` (share of the picture's height), in the middle of the zone. The zone's lower edge is at 0.95. */
const feetAt = (y: number): Box => ({
  ...{ className: 'person', confidence: 0.875, x1Px: 300, x2Px: 360 },
  ...{ y1Px: y * 360 - 100, y2Px: y * 360 },
});
const seeFeet = (one: ScriptedCamera, heights: readonly number[]): ScriptedCamera => {
  for (const y of heights) one.look([result('people', ['person'], [feetAt(y)])]);
  return one;
};

test('a person in the zone opens a violation after the duration and closes it after the gap', () => {
  const one = camera().see([...times(2, ['personAside']), ...times(5, ['person']), ...times(4, ['personAside'])]);
  expect(one.told).toEqual(['opened 1 @2000', 'closed 2 @2200 gap']);
  expect(one.violations[0]).toMatchObject({ violationType: 'restricted_zone', startedAtMs: 1400, riskLevel: 'medium' });
});

test('two people in the zone are two violations, each from its own first to its own last frame', () => {
  const one = camera().see([...times(3, ['person']), ...times(4, ['person', 'otherPerson'])]);
  one.see([...times(3, ['otherPerson']), ...times(4, [])]);
  const closed = one.violations.filter(({ state }) => state === 'closed');
  expect(closed.map(({ startedAtMs, endedAtMs }) => [startedAtMs, endedAtMs])).toEqual([
    [1000, 2200],
    [1600, 2800],
  ]);
  expect(new Set(closed.map(({ violationId }) => violationId)).size).toBe(2);
  expect(new Set(closed.map(({ trackId }) => trackId)).size).toBe(2);
});

test('feet that sway over the line are one stay; beyond the margin the stay ends', () => {
  const swaying = [0.94, 0.96, 0.96, 0.96, 0.94, 0.965, 0.96, 0.96, 0.965, 0.96];
  expect(seeFeet(camera(), swaying).told).toEqual(['opened 1 @1600', 'updated 2 @2600']);
  const left = seeFeet(camera(), [...times(5, []).map(() => 0.94), 0.98, 0.98, 0.98]);
  expect(left.told).toEqual(['opened 1 @1600', 'closed 2 @1800 gap']);
  const outside = seeFeet(camera(), [0.96, 0.96, 0.96, 0.96, 0.96, 0.96]); // never in: the margin is only for those inside
  expect(outside.told).toEqual([]);
});

test('the state of a subject is deleted with its track, and when the rule changes', () => {
  const one = seeFeet(camera(), [0.94, 0.94]);
  expect(one.run?.subjects).toMatchObject([{ ruleId: ids.ruleId, phase: 'inside', sinceMs: 1000 }]);
  one.see(times(9, []));
  expect(one.run?.subjects).toEqual([]);
});

test('a box too weak to begin a track is no subject, nor is a box of another class', () => {
  const weak = camera({ minConfidence: 0.2 });
  const person = { ...feetAt(0.9), confidence: 0.3 };
  const hand = { ...feetAt(0.9), className: 'hand' };
  for (let i = 0; i < 9; i++) weak.look([result('people', ['person', 'hand'], [person, hand])]);
  expect(weak.told).toEqual([]);
});

test('no new violation of the rule opens within its cooldown, whoever comes', () => {
  const one = camera({ cooldownMs: 2000 }).see([
    ...times(5, ['person']),
    ...times(3, []),
    ...times(20, ['otherPerson']),
  ]);
  expect(one.violations.map(({ state, startedAtMs }) => `${state} ${startedAtMs}`)).toEqual([
    'opened 1000',
    'closed 1000',
    'opened 4400',
    'updated 4400',
  ]);
});

test('without a zone the whole picture is restricted', () => {
  expect(camera({ zoneId: null }).see(times(5, ['personAside'])).told).toEqual(['opened 1 @1600']);
});

test('each kind says in words what it finds', () => {
  const kitchen = handNoScooper('c1', null);
  expect(kindOf(kitchen.parameters)?.words(kitchen.parameters)).toBe('hand on pizza without scooper');
  expect(restrictedZone.words(parameters)).toBe('person where none must be');
  expect(kindOf({ kind: 'unknown', of: 'dwell' })).toBeUndefined();
});

test('judges are pure: equal input gives equal results, and the input does not change', () => {
  const place = { x1: 0.4, y1: 0.4, x2: 0.5, y2: 0.5 };
  const subject = { index: 0, className: 'person', confidence: 0.5, trackId: 't1', place };
  const scene = { timeMs: 7, zone, boxes: [subject], remembered: [] };
  const frozen = Object.freeze([Object.freeze({ trackId: 't0', phase: 'inside', sinceMs: 1 })]);
  const once = restrictedZone.judge(parameters, frozen, scene);
  expect(restrictedZone.judge(parameters, frozen, scene)).toEqual(once);
  expect(once).toEqual({
    state: [...frozen, { trackId: 't1', phase: 'inside', sinceMs: 7 }],
    breaches: [{ subject: 't1', box: 0 }],
  });
});

test('the order of conditions and models does not change the version; a parameter does', () => {
  const kitchen = handNoScooper('c1', null);
  if (kitchen.parameters.kind !== 'absence') throw new Error('the kitchen rule is an absence');
  const turned = { ...kitchen.parameters, conditions: kitchen.parameters.conditions.toReversed() };
  expect(absence.canonical(turned)).toEqual(absence.canonical(kitchen.parameters));
  expect(ruleVersion({ ...kitchen, parameters: turned }, null)).toBe(ruleVersion(kitchen, null));
  expect(ruleVersion({ ...noEntry, models: ['a', 'b'] }, null)).toBe(
    ruleVersion({ ...noEntry, models: ['b', 'a'] }, null),
  );
  const wider = { ...noEntry, parameters: { ...parameters, leaveMargin: 0.1 } };
  expect(ruleVersion(wider, null)).not.toBe(ruleVersion(noEntry, null));
});
