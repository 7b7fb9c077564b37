import { expect, test } from 'vitest';
import { avroSerde, UndecodableError } from './avro-serde.ts';
import { avroType } from './avro-type.ts';
import { refusalsOf } from './control/index.ts';
import { cameraOf } from './control/test-records.ts';
import { type CameraStatus, type Detection, type Embedding, schemaOf } from './generated/records.ts';
import { useSchemaRegistry } from './schema-registry.ts';
import { detection } from './test-values.ts';
import * as topics from './topics.ts';

/** Lists of any length, as a foreign process writes them. */
function foreign<T>(name: keyof typeof schemaOf, value: T): Buffer {
  const { schema, fingerprint } = avroSerde<T>(name, 'single-object');
  const header = Buffer.concat([Buffer.from([0xc3, 0x01]), Buffer.from(fingerprint, 'hex')]);
  return Buffer.concat([header, avroType(schema, false).toBuffer(value)]);
}

/** Paths of all lists of a schema with their bounds. */
function listsOf(schema: unknown, path: string): readonly (readonly [path: string, maxItems: unknown])[] {
  if (Array.isArray(schema)) return schema.flatMap(branch => listsOf(branch, path));
  if (typeof schema !== 'object' || schema === null) return [];
  const { type, maxItems, fields, items, values } = schema as Readonly<Record<string, unknown>>;
  if (Array.isArray(fields)) return fields.flatMap(field => listsOf(field.type, `${path}.${field.name}`));
  const entries = items ?? values;
  return entries === undefined ? [] : [[path, maxItems], ...listsOf(entries, `${path}.${type}`)];
}

test('every list in a record of a topic or a state store has its bound', () => {
  for (const [name, schema] of Object.entries(schemaOf))
    for (const [path, maxItems] of name === 'ControlSnapshot' ? [] : listsOf(JSON.parse(schema), name))
      if (!path.startsWith('ControlSnapshot')) expect([path, maxItems]).toEqual([path, expect.any(Number)]);
});

const [result] = detection.results;
const box = { className: 'hand', confidence: 0.5, x1Px: 1, y1Px: 2, x2Px: 30, y2Px: 40 };
const withBoxes = (count: number): Detection => {
  if (result === undefined) throw new Error('the detection has a result');
  const payload = { kind: 'boxes' as const, classes: ['hand'], boxes: Array(count).fill(box) };
  return { ...detection, results: [{ ...result, payload }] };
};

test('a detection has at most 300 boxes a result: more are neither read nor written, and the error says what to do', () => {
  const { value } = topics.detections;
  expect(value.deserialize(value.serialize(withBoxes(300)))).toEqual(withBoxes(300));
  expect(() => value.serialize(withBoxes(301))).toThrow('has 301 entries is refused: it must have at most 300 entries');
  expect(() => value.deserialize(foreign('Detection', withBoxes(2_400)))).toThrow(
    new UndecodableError(
      'results.0.payload.boxes of a Detection has 2400 entries: it must have at most 300 entries: write fewer',
    ),
  );
});

test('a detection has at most 16 results', () => {
  const results = Array(17).fill(result);
  expect(() => topics.detections.value.deserialize(foreign('Detection', { ...detection, results }))).toThrow(
    'results of a Detection has 17 entries: it must have at most 16',
  );
});

test('a bound holds for lists of another schema too', () => {
  const older = JSON.parse(schemaOf.Boxes);
  const written = avroType(JSON.stringify({ ...older, fields: older.fields.toReversed() }), false);
  const { type } = avroSerde('Boxes');
  const read = (count: number): unknown =>
    type.fromBuffer(written.toBuffer({ classes: [], boxes: Array(count).fill(box) }), type.createResolver(written));
  expect(read(300)).toMatchObject({ boxes: { length: 300 } });
  expect(() => read(301)).toThrow('at most 300 entries');
});

test('a map has a bound on its entries', () => {
  const drops = Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`reason ${i}`, 1]));
  const status: CameraStatus = {
    ...{ cameraId: 'c1', storeId: 's1', epoch: 1, state: 'connected', atMs: 1, lastCapturedAtMs: 1, lastSequence: 1 },
    ...{
      fps: 1,
      framesPublished: 1,
      drops,
      attempts: 0,
      connections: 0,
      stream: null,
      message: null,
      fileName: null,
      sameAs: null,
      fileSha256: null,
    },
  };
  expect(() => topics.cameraStatus.value.deserialize(foreign('CameraStatus', status))).toThrow(
    'drops of a CameraStatus has 101 entries: it must have at most 100 entries',
  );
});

/** A list that says it has this many entries and then ends. */
const claims = (name: keyof typeof schemaOf, entries: number, before: readonly number[]): Buffer => {
  const long = avroType('"long"').toBuffer(entries);
  const { fingerprint } = avroSerde(name, 'single-object');
  return Buffer.concat([Buffer.from([0xc3, 0x01]), Buffer.from(fingerprint, 'hex'), Buffer.from(before), long]);
};

// avsc reads on behind the end of the bytes, as often as the count says.
test.each([2 ** 28, 2 ** 52, -(2 ** 28)])('a few bytes that claim %d entries are refused at once', entries => {
  const startedMs = performance.now();
  const serde = avroSerde<Embedding>('Embedding');
  const vector = [...new Uint8Array(2 + 1 + 5 * 4)]; // one subject, its box of zeros
  vector[0] = 2;
  expect(() => serde.deserialize(claims('Embedding', entries, vector))).toThrow(UndecodableError);
  expect(() => avroSerde('Boxes').deserialize(claims('Boxes', entries, []))).toThrow(UndecodableError);
  expect(performance.now() - startedMs).toBeLessThan(1_000);
});

test('a field that only a foreign schema has is skipped within the bytes of its record', () => {
  const schema = (fields: readonly object[]): string =>
    JSON.stringify({ type: 'record', name: 'Point', namespace: 'sightline', fields });
  const point = [{ name: 'x', type: 'double' }, { name: 'y', type: 'double' }]; // biome-ignore format: one line
  const registered = schema([{ name: 'more', type: { type: 'array', items: 'double' } }, ...point]);
  useSchemaRegistry({ writerId: () => undefined, schema: () => registered, load: () => Promise.resolve() });
  const read = (entries: number): unknown => {
    const long = avroType('"long"').toBuffer(entries);
    return avroSerde('Point').deserialize(Buffer.concat([Buffer.from([0, 0, 0, 0, 9]), long, Buffer.alloc(16)]));
  };
  expect(read(0)).toEqual({ x: 0, y: 0 });
  expect(() => read(2 ** 40)).toThrow(UndecodableError);
  useSchemaRegistry(undefined);
});

test('a command with a longer list than a record can have is refused', () => {
  const plan = Array.from({ length: 17 }, (_, i) => ({ maxFps: null, byRules: false, tiles: null, model: `m${i}` }));
  expect(refusalsOf({ kind: 'camera', id: 'c1', value: cameraOf('c1', { plan }) })).toEqual([
    { field: 'plan', problem: 'it has 17 entries', fix: 'it must have at most 16 entries: write fewer' },
  ]);
});
