import { expect, test } from 'vitest';
import { fingerprintOf } from '../avro-serde.ts';
import { avroType } from '../avro-type.ts';
import { SCHEMA_KIND } from '../control/index.ts';
import { cameraOf, command, foldOf, record, set, storeOf } from '../control/test-records.ts';
import { schemaOf } from '../generated/records.ts';
import { handNoScooper } from './hand-no-scooper.ts';

/** A later version's schema of rules, with one more kind. */
const later = JSON.stringify(JSON.parse(schemaOf.Rule), (key, value: unknown) =>
  key === 'type' && Array.isArray(value) && value.length > 2
    ? [...value, { type: 'record', name: 'Dwell', fields: [{ name: 'subjectClass', type: 'string' }] }]
    : value,
);

test('a rule of a newer kind is kept and reported, and its version counts', () => {
  const fingerprint = fingerprintOf(later) ?? '';
  const rule = { ...handNoScooper('c1', null), parameters: { kind: 'dwell', subjectClass: 'person' } };
  const bytes = Buffer.concat([Buffer.from(`c301${fingerprint}`, 'hex'), avroType(later).toBuffer(rule)]);
  const id = rule.ruleId;
  const rely = { expects: [{ entityKind: 'rule', entityId: id, version: 3 }] };
  const records = [
    ...command('seed', [set.store(storeOf('s1')), set.camera(cameraOf('c1'))]),
    record('schema', { kind: SCHEMA_KIND, id: fingerprint, bytes: Buffer.from(later) }),
    record('newer', { kind: 'rule', id, bytes }),
    record('stale', { kind: 'rule', id, bytes }, { expects: [{ entityKind: 'rule', entityId: id, version: 1 }] }),
    record('again', { kind: 'rule', id, bytes }, rely),
  ];
  const fold = foldOf(records);
  expect(fold.configurationAt('c1', 0)?.rules).toEqual([{ ...rule, parameters: { kind: 'unknown', of: 'dwell' } }]);
  expect(['newer', 'stale', 'again'].map(name => fold.answer(name)?.accepted)).toEqual([true, false, true]);
  expect(fold.notUnderstood()).toMatchObject({ parts: [`rule ${id}: parameters`] });
});
