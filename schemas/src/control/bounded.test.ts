import { expect, test } from 'vitest';
import { handNoScooper } from '../rules/index.ts';
import { kinds } from './kinds/registry.ts';

const zone = {
  zoneId: 'z1',
  cameraId: 'c1',
  name: 'Ingredients',
  polygon: [
    { x: 0, y: 0 },
    { x: 1, y: 0 },
    { x: 1, y: 1 },
  ],
};
const rule = handNoScooper('c1', null);
const refusedFields = (refusals: readonly { readonly field: string }[]): string[] => refusals.map(({ field }) => field);

test.each(['x'.repeat(201), 'a\0b', 'a\nb', 'safe\u202egnp.exe', '\ud800', '\u200b', ' \u2060 '])(
  'a zone is not named %j',
  name => {
    expect(refusedFields(kinds.zone.validate({ ...zone, name }))).toEqual(['name']);
  },
);

test('names in any script, and with joined emoji, are fine', () => {
  for (const name of ['料理台', 'منطقة المكونات', 'Família 👩‍🍳', 'x'.repeat(200)])
    expect(kinds.zone.validate({ ...zone, name })).toEqual([]);
});

test('lists, types and durations of a rule have bounds', () => {
  const refused = (part: object): string[] => refusedFields(kinds.rule.validate({ ...rule, ...part }));
  expect(refused({})).toEqual([]);
  expect(refused({ models: Array.from({ length: 5_000 }, () => 'm') })).toEqual(['models']);
  expect(refused({ models: ['', 'm'] })).toEqual(['models']);
  expect(refused({ models: ['\0'] })).toEqual(['models[0]']);
  expect(refused({ violationType: 'x'.repeat(100_000) })).toEqual(['violationType']);
  expect(refused({ cooldownMs: Number.MAX_SAFE_INTEGER - 1 })).toEqual(['cooldownMs']);
  expect(refused({ cooldownMs: Number.MAX_SAFE_INTEGER })).toEqual(['cooldownMs']);
  const { kind, ...parameters } = rule.parameters as { readonly kind: string };
  expect(refused({ parameters: { kind, ...parameters, subjectClass: 'x'.repeat(201) } })).toEqual([
    'parameters.subjectClass',
  ]);
});

test('a name that shows nothing is refused, whatever its characters are, and so is one that breaks its line', () => {
  const refused = (name: string) => kinds.zone.validate({ ...zone, name }).map(({ problem }) => problem);
  for (const blank of ['\u3164', '\u115f', '\u2800', '\u034f', ' \u200b', '\u3164\u2800'])
    expect(refused(blank)).toEqual(['the zone has no name']);
  for (const broken of ['a\u2028b', 'a\u2029b', 'a\nb', 'a\u202eb'])
    expect(refused(broken)).toEqual(['it has a character that cannot be shown']);
  expect(refused('Küche 3 👩‍🍳')).toEqual([]);
});
