import fc from 'fast-check';
import { expect, test } from 'vitest';
import { avroSerde, fingerprintOf } from '../avro-serde.ts';
import { avroType } from '../avro-type.ts';
import type { ControlRecord, ExpectedVersion } from '../generated/records.ts';
import type { FoldedKinds } from './entities.ts';
import { ControlFold } from './fold.ts';
import { kinds } from './kinds/registry.ts';
import { snapshotSerde } from './snapshot.ts';
import { cameraOf, record, ruleOf, storeOf, zoneOf } from './test-records.ts';

/** A kind that only the newer process knows. */
const plan = { ...kinds.zone, list: 'plans', bearsOn: () => ({ cameraId: 'c1' }) };
const newerKinds: FoldedKinds = { ...kinds, plan };
const olderKinds: FoldedKinds = { store: kinds.store, camera: kinds.camera, zone: kinds.zone };

/** Rules as a later version writes them; no present process has this schema. */
const laterSchema = JSON.stringify({
  ...JSON.parse(kinds.rule.serde.schema),
  fields: [...JSON.parse(kinds.rule.serde.schema).fields, { name: 'addedLater', type: 'string', default: '' }],
});
const later = avroType(laterSchema);
const laterFingerprint = fingerprintOf(laterSchema) ?? '';
const laterRule = Buffer.concat([
  Buffer.from([0xc3, 0x01]),
  Buffer.from(laterFingerprint, 'hex'),
  later.toBuffer({ ...ruleOf('r1'), addedLater: 'x' }),
]);
const canonicalLater = Buffer.from(JSON.stringify(later.schema()));

const plain = avroSerde<object>('Zone', 'single-object');
const entities = fc.constantFrom(
  { kind: 'store', id: 's1', bytes: kinds.store.serde.serialize(storeOf('s1')) },
  { kind: 'camera', id: 'c1', bytes: kinds.camera.serde.serialize(cameraOf('c1')) },
  { kind: 'camera', id: 'c1', bytes: kinds.camera.serde.serialize(cameraOf('c1', { storeId: 's2' })) },
  { kind: 'zone', id: 'z1', bytes: kinds.zone.serde.serialize(zoneOf('z1')) },
  { kind: 'zone', id: 'z1', bytes: kinds.zone.serde.serialize(zoneOf('z1', 0.5, 'c2')) },
  { kind: 'zone', id: 'z1', bytes: Buffer.from('no zone') },
  { kind: 'zone', id: 'z1', bytes: null },
  { kind: 'rule', id: 'r1', bytes: kinds.rule.serde.serialize(ruleOf('r1')) },
  { kind: 'rule', id: 'r1', bytes: laterRule },
  { kind: 'rule', id: 'r1', bytes: null },
  { kind: 'plan', id: 'p1', bytes: plain.serialize(zoneOf('p1')) },
  { kind: 'plan', id: 'p1', bytes: null },
  { kind: 'constructor', id: 'toString', bytes: Buffer.from('?') },
  { kind: 'schema', id: laterFingerprint, bytes: canonicalLater },
  { kind: 'schema', id: laterFingerprint, bytes: Buffer.from('{"type":"int"}') },
  { kind: 'schema', id: 'none', bytes: Buffer.from('{') },
);

const expectation = fc.record<ExpectedVersion>({
  entityKind: fc.constantFrom('store', 'camera', 'zone', 'rule', 'plan', 'schema', 'later-still'),
  entityId: fc.constantFrom('s1', 'c1', 'z1', 'r1', 'p1', laterFingerprint),
  version: fc.oneof(fc.constant(null), fc.nat(12)),
});

/** Commands that overlap, repeat or stay incomplete, as several writers may leave them. */
const records = fc.array(
  fc
    .record({
      commandId: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'),
      entity: entities,
      place: fc.constantFrom([0, 1], [0, 1], [0, 1], [0, 2], [1, 2]),
      expects: fc.array(expectation, { maxLength: 2 }),
      effectiveAtMs: fc.integer({ min: 0, max: 20_000 }),
    })
    .map(({ commandId, entity, place, expects, effectiveAtMs }): ControlRecord => {
      const [changeSetIndex = 0, changeSetSize = 1] = place;
      return record(commandId, entity, { changeSetIndex, changeSetSize, expects, effectiveAtMs });
    }),
  { maxLength: 30 },
);

const IDS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const ENTITIES = [
  ['store', 's1'],
  ['camera', 'c1'],
  ['zone', 'z1'],
  ['rule', 'r1'],
  ['plan', 'p1'],
] as const;

/** The state that two processes must agree on, whatever kinds and schemas they know. */
const agreed = (fold: ControlFold): unknown => ({
  nextOffset: fold.nextOffset,
  answers: IDS.map(id => fold.answer(id)),
  versions: [...ENTITIES, ['schema', laterFingerprint] as const].map(([kind, id]) => fold.versionOf(kind, id)),
});

// Processes of two versions must accept and refuse the same commands at every offset, so a rolling deploy stays
// consistent.
test('a fold that knows fewer kinds and schemas gives the same answers and versions as one that knows them', () => {
  fc.assert(
    fc.property(records, written => {
      const folds = [new ControlFold({ kinds: newerKinds }), new ControlFold({ kinds: olderKinds })] as const;
      for (const [offset, one] of written.entries()) {
        for (const fold of folds) fold.apply(one, { offset, timestampMs: offset * 100 });
        expect(agreed(folds[1])).toEqual(agreed(folds[0]));
      }
    }),
    { numRuns: 200 },
  );
}, 60_000);

/** The state by which a process acts. */
const acted = (fold: ControlFold): unknown => ({
  agreed: agreed(fold),
  notUnderstood: fold.notUnderstood(),
  stores: fold.all('store'),
  cameras: fold.all('camera'),
  ofStores: ['s1', 's2'].map(id => fold.camerasOfStore(id)),
  removed: (['store', 'camera', 'zone', 'rule'] as const).map(kind => fold.allRemoved(kind)),
  zones: ['c1', 'c2'].map(id => fold.ofCamera('zone', id)),
  configurations: ['c1', 'c2'].map(id => [0, 3000, 9000].map(timeMs => fold.configurationAt(id, timeMs))),
  asOf: ['c1', 'c2'].map(id => [2, 5, 9].map(offset => fold.configurationAsOf(id, offset))),
});

// A process restored from a snapshot taken anywhere must continue as if it had folded the whole log.
test('a fold restored from a snapshot equals the original fold, also after more records', () => {
  fc.assert(
    fc.property(records, fc.nat(30), fc.constantFrom(0, 1000, 1e9), fc.nat(30), (written, cut, historyMs, right) => {
      const whole = new ControlFold({ historyMs });
      let restarted = new ControlFold({ historyMs });
      for (const [offset, one] of written.entries()) {
        if (offset === cut) restarted = restoredFrom(restarted, historyMs);
        const aheadMs = offset < right ? 3_600_000 : 0; // then the log's clock is set right
        const ahead = { ...one, effectiveAtMs: one.effectiveAtMs + aheadMs };
        for (const fold of [whole, restarted]) fold.apply(ahead, { offset, timestampMs: offset * 100 + aheadMs });
      }
      expect(acted(restoredFrom(restarted, historyMs))).toEqual(acted(whole));
    }),
    { numRuns: 200 },
  );
}, 60_000);

function restoredFrom(fold: ControlFold, historyMs: number): ControlFold {
  const snapshot = fold.snapshot();
  const restored = new ControlFold({ historyMs });
  expect(restored.identity).toBe(fold.identity);
  if (snapshot !== undefined) restored.restore(snapshotSerde.deserialize(snapshotSerde.serialize(snapshot)));
  return restored;
}

test('folds that read the same log differently have another identity', () => {
  const identities = [{}, { kinds: olderKinds }, { historyMs: 1 }].map(options => new ControlFold(options).identity);
  expect(new Set(identities).size).toBe(3);
});

test('an older fold keeps and reports unknown values, and a newer fold reads them', () => {
  const written = [
    record('a', { kind: 'plan', id: 'p1', bytes: plain.serialize(zoneOf('p1')) }),
    record('b', { kind: 'rule', id: 'r1', bytes: laterRule }),
    record('c', { kind: 'zone', id: 'z1', bytes: Buffer.from('no zone') }),
  ];
  const fold = new ControlFold();
  for (const [offset, one] of written.entries()) fold.apply(one, { offset, timestampMs: 0 });
  expect(fold.notUnderstood()).toEqual({ kinds: { plan: 1 }, values: { rule: 1, zone: 1 }, parts: [] });
  expect(fold.entity('rule', 'r1')).toBeUndefined();
  expect(fold.versionOf('plan', 'p1')).toBe(0);

  const schema = record('d', { kind: 'schema', id: laterFingerprint, bytes: canonicalLater });
  expect([...fold.apply(schema, { offset: 3, timestampMs: 0 })]).toEqual(['c1']);
  expect(fold.entity('rule', 'r1')).toEqual({ version: 1, value: ruleOf('r1') });
  expect(fold.notUnderstood()).toEqual({ kinds: { plan: 1 }, values: { zone: 1 }, parts: [] });
});

test('a part that a newer version wrote is named, and writing it back is refused', () => {
  const strange = { ...ruleOf('r1'), riskLevel: 'unknown' as const };
  const fold = new ControlFold();
  fold.apply(record('a', { kind: 'rule', id: 'r1', bytes: kinds.rule.serde.serialize(strange) }), {
    offset: 0,
    timestampMs: 0,
  });
  expect(fold.notUnderstood().parts).toEqual(['rule r1: riskLevel']);
  expect(kinds.rule.validate(strange)).toMatchObject([{ field: 'riskLevel' }]);
});
