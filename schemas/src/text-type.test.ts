import fc from 'fast-check';
import { expect, test } from 'vitest';
import { avroSerde, UndecodableError } from './avro-serde.ts';
import { avroType } from './avro-type.ts';
import { refusalsOf } from './control/index.ts';
import { schemaOf, type Violation } from './generated/records.ts';
import { violation } from './test-values.ts';
import { isId } from './text-type.ts';
import * as topics from './topics.ts';

const ID_MUST = 'be 1 to 200 characters of A-Z a-z 0-9 . _ : - and begin with a letter or digit';

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
  ['cameraId', '', `cameraId of a Violation has 0 characters: it must ${ID_MUST}`],
  ['cameraId', 'c'.repeat(500_000), `cameraId of a Violation has 500000 characters: it must ${ID_MUST}`],
  ['zoneId', 'z'.repeat(201), `zoneId of a Violation has 201 characters: it must ${ID_MUST}`],
  [
    'violationType',
    't'.repeat(201),
    'violationType of a Violation has 201 characters: it must have at most 200 characters, and only those that can be shown',
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
  expect(() => read('')).toThrow(ID_MUST);
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
    { field: 'zoneId', problem: 'it has 0 characters', fix: `it must ${ID_MUST}` },
  ]);
});

test('a record of the largest texts fits its topic many times', () => {
  const most = JSON.parse(JSON.stringify(violation), (key, part) =>
    typeof part === 'string' && !/state|riskLevel|closeReason|sha256/.test(key)
      ? (/Id$/.test(key) ? 'i' : '€').repeat(200)
      : part,
  );
  expect(topics.violations.value.serialize(most).length).toBeLessThan(50_000);
});

test.each(['', '.', '..', 'é', ' ', 'a b', 'a/b', '__proto__', 'a%00', '\u{1f600}', 'a\n', '-', `${'x'.repeat(201)}`])(
  'the id %j, which no URL or cursor could carry unchanged, is refused',
  violationId => {
    expect(isId(violationId)).toBe(false);
    expect(() => serde.deserialize(bytesOf({ ...violation, violationId }))).toThrow('violationId of a Violation');
  },
);

test.each([
  ['0123456789abcdef0123456789abcdef', 'a hash'],
  ['e7a1d1f0-3d2e-4f6a-9d58-000000000000', 'a UUID'],
  ['demo-berlin-counter', 'a camera made from a file'],
  ['user:admin', 'a key of the vault'],
  ['schema-3fadec95b6c832fc', 'a command'],
])('%s, the id of %s, is accepted', violationId => {
  expect(serde.deserialize(bytesOf({ ...violation, violationId })).violationId).toBe(violationId);
});

test('a text whose bytes are not UTF-8 is refused, so two ids or names never become one', () => {
  const bytes = bytesOf({ ...violation, violationType: 'abc' });
  const at = bytes.indexOf('abc');
  for (const raw of [
    [0xff, 0xfe, 0x80],
    [0x61, 0xff, 0x62],
    [0xed, 0xa0, 0x80],
  ]) {
    const broken = Buffer.from(bytes);
    broken.set(raw, at);
    expect(() => serde.deserialize(broken)).toThrow('violationType of a Violation');
  }
  expect(() => serde.serialize({ ...violation, violationType: 'a\ud800' })).toThrow('can be shown');
});
