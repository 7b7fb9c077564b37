import fc from 'fast-check';
import { expect, test } from 'vitest';
import { avroSerde, UndecodableError } from './avro-serde.ts';
import { avroType } from './avro-type.ts';
import { refusalsOf } from './control/index.ts';
import { type FrameLineage, schemaOf, type Violation } from './generated/records.ts';
import * as topics from './topics.ts';

const frame: FrameLineage = {
  ...{ epoch: 1, sequence: 2, capturedAtMs: 3, mediaTimeMs: null },
  frame: { topic: 'frames', partition: 0, offset: 4, sha256: 'a'.repeat(64) },
  detection: { topic: 'detections', partition: 0, offset: 5 },
};
const violation: Violation = {
  ...{
    violationId: 'v1',
    cameraId: 'cam-1',
    storeId: 'store-1',
    ruleId: 'rule-1',
    zoneId: 'zone-1',
    trackId: 'track-1',
  },
  ...{ violationType: 'hand_no_scooper', ruleVersion: 'r', zoneVersion: 'z', riskLevel: 'high', controlOffset: 3 },
  ...{ startedAtMs: 3, lastSeenAtMs: 3, endedAtMs: null, closeReason: null, revision: 1, state: 'opened' },
  ...{ framesObserved: 1, peakConfidence: 0.5, firstFrame: frame, peakFrame: frame, lastFrame: frame },
  ...{ widthPx: 640, heightPx: 360, boxes: [], subjectBox: 0 },
  models: [{ model: 'kitchen', version: '1', sha256: 'f'.repeat(64) }],
};

const serde = avroSerde<Violation>('Violation');
/** Writes any text, as a foreign process does. */
const foreign = avroType(serde.schema, false);
const bytesOf = (value: Violation): Buffer =>
  Buffer.concat([serde.serialize(violation).subarray(0, 10), foreign.toBuffer(value)]);

/** Paths of all strings of a schema with their logical types. */
function stringsOf(schema: unknown, path: string): readonly (readonly [path: string, logicalType: unknown])[] {
  if (schema === 'string') return [[path, undefined]];
  if (Array.isArray(schema)) return schema.flatMap(branch => stringsOf(branch, path));
  if (typeof schema !== 'object' || schema === null) return [];
  const { type, logicalType, fields, items } = schema as Readonly<Record<string, unknown>>;
  if (type === 'string') return [[path, logicalType]];
  if (Array.isArray(fields)) return fields.flatMap(field => stringsOf(field.type, `${path}.${field.name}`));
  return stringsOf(items ?? (type === 'record' || type === 'enum' ? undefined : type), path);
}

test('every id and every hash in a record of a topic has its bound', () => {
  for (const [name, schema] of Object.entries(schemaOf))
    for (const [path, logicalType] of name === 'ControlSnapshot' ? [] : stringsOf(JSON.parse(schema), name)) {
      if (/\.((?!key)\w*Id|storeIds|actor|sameAs)$/.test(path))
        expect([path, logicalType]).toEqual([path, expect.stringMatching(/^(compound-)?id$/)]);
      if (/\.(sha256|fileSha256)$/.test(path)) expect([path, logicalType]).toEqual([path, 'sha256']);
    }
});

test.each([
  ['cameraId', '', 'cameraId of a Violation has 0 characters: it must have 1 to 200 characters'],
  ['cameraId', 'c'.repeat(500_000), 'cameraId of a Violation has 500000 characters: it must have 1 to 200 characters'],
  ['zoneId', 'z'.repeat(201), 'zoneId of a Violation has 201 characters: it must have 1 to 200 characters'],
  [
    'violationType',
    't'.repeat(201),
    'violationType of a Violation has 201 characters: it must have at most 200 characters',
  ],
] as const)(
  'a record whose %s is out of bounds does not decode, and the error names the field',
  (field, text, message) => {
    const bytes = bytesOf({ ...violation, [field]: text });
    expect(() => serde.deserialize(bytes)).toThrow(new UndecodableError(message));
    expect(() => serde.serialize({ ...violation, [field]: text })).toThrow();
  },
);

test.each(['F'.repeat(64), 'f'.repeat(63), `${'f'.repeat(64)}\n`, ''])(
  'a hash is 64 lower-case hex digits, not %j',
  sha256 => {
    const models = [{ model: 'kitchen', version: '1', sha256 }];
    expect(() => serde.deserialize(bytesOf({ ...violation, models }))).toThrow('models.0.sha256 of a Violation');
  },
);

test('a bound holds for values of an older schema too', () => {
  const older = JSON.stringify({
    type: 'record',
    name: 'ConfigSwitch',
    namespace: 'sightline',
    fields: [
      { name: 'cameraId', type: 'string' },
      ...['controlOffset', 'nextOffset'].map(name => ({ name, type: 'long' })),
      { name: 'partition', type: 'int' },
    ],
  });
  const read = (cameraId: string): unknown => {
    const { type } = avroSerde('ConfigSwitch');
    const written = avroType(older);
    const bytes = written.toBuffer({ cameraId, controlOffset: 1, nextOffset: 2, partition: 3 });
    return type.fromBuffer(bytes, type.createResolver(written));
  };
  expect(read('c')).toMatchObject({ cameraId: 'c' });
  expect(() => read('')).toThrow('1 to 200 characters');
});

test('what a command may write is within the bounds of the records', () => {
  const id = fc.oneof(
    fc.string({ maxLength: 400 }),
    fc.integer({ min: 0, max: 400 }).map(length => 'x'.repeat(length)),
  );
  fc.assert(
    fc.property(id, id, id, (zoneId, cameraId, name) => {
      const value = {
        zoneId,
        cameraId,
        name,
        polygon: [
          { x: 0, y: 0 },
          { x: 1, y: 0 },
          { x: 1, y: 1 },
        ],
      };
      const refusals = refusalsOf({ kind: 'zone', id: zoneId, value });
      if (refusals.length > 0) return;
      expect(avroSerde('Zone').deserialize(avroSerde('Zone').serialize(value))).toEqual(value);
    }),
  );
  const value = {
    zoneId: '',
    cameraId: 'c',
    name: 'n',
    polygon: [
      { x: 0, y: 0 },
      { x: 1, y: 0 },
      { x: 1, y: 1 },
    ],
  };
  expect(refusalsOf({ kind: 'zone', id: '', value })).toEqual([
    { field: 'zoneId', problem: 'a text of 0 characters does not fit', fix: 'it must have 1 to 200 characters' },
  ]);
});

test('a record of the largest texts fits its topic many times', () => {
  const most = JSON.parse(JSON.stringify(violation), (key, part) =>
    typeof part === 'string' && !/state|riskLevel|closeReason|sha256/.test(key) ? '€'.repeat(200) : part,
  );
  expect(topics.violations.value.serialize(most).length).toBeLessThan(50_000);
});
