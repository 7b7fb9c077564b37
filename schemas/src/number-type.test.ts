import { expect, test } from 'vitest';
import { avroSerde, UndecodableError } from './avro-serde.ts';
import { avroType } from './avro-type.ts';
import { type Detection, schemaOf, type Violation } from './generated/records.ts';
import { LATEST_MS, MAX_PX } from './number-type.ts';
import { detection, violation } from './test-values.ts';
import * as topics from './topics.ts';

/** Bytes with any number, as a foreign process writes them. */
function foreign<T>(name: keyof typeof schemaOf, value: T): Buffer {
  const { schema, fingerprint } = avroSerde<T>(name, 'single-object');
  const header = Buffer.concat([Buffer.from([0xc3, 0x01]), Buffer.from(fingerprint, 'hex')]);
  return Buffer.concat([header, avroType(schema, false).toBuffer(value)]);
}

/** Paths of all numbers of a schema with their logical types. */
function numbersOf(schema: unknown, path: string): readonly (readonly [path: string, logicalType: unknown])[] {
  const isNumber = (type: unknown): boolean => ['int', 'long', 'float', 'double'].includes(String(type));
  if (isNumber(schema)) return [[path, undefined]];
  if (Array.isArray(schema)) return schema.flatMap(branch => numbersOf(branch, path));
  if (typeof schema !== 'object' || schema === null) return [];
  const { type, logicalType, fields, items, values } = schema as Readonly<Record<string, unknown>>;
  if (isNumber(type)) return [[path, logicalType]];
  if (Array.isArray(fields)) return fields.flatMap(field => numbersOf(field.type, `${path}.${field.name}`));
  return numbersOf(items ?? values ?? (type === 'record' || type === 'enum' ? undefined : type), path);
}

test('every number in a record of a topic or a state store has its bound', () => {
  for (const [name, schema] of Object.entries(schemaOf))
    for (const [path, logicalType] of name === 'ControlSnapshot' ? [] : numbersOf(JSON.parse(schema), name))
      expect([path, logicalType]).toEqual([path, expect.any(String)]);
});

test.each<[keyof Violation, number, string]>([
  ['peakConfidence', Number.NaN, 'is NaN: it must be a number from 0 to 1'],
  ['peakConfidence', Number.POSITIVE_INFINITY, 'is Infinity: it must be a number from 0 to 1'],
  ['peakConfidence', 1.5, 'is 1.5: it must be a number from 0 to 1'],
  ['framesObserved', -5, 'is -5: it must be a whole number from 0 to 2147483647'],
  ['revision', -2_147_483_648, 'is -2147483648: it must be a whole number from 1 to 2147483647'],
  ['revision', 0, 'is 0: it must be a whole number from 1 to 2147483647'],
  ['subjectBox', -1, 'is -1: it must be a whole number from 0 to 2147483647'],
  ['widthPx', 65_536, 'is 65536: it must be a whole number from 0 to 65535'],
  ['startedAtMs', -1, 'is -1: it must be a whole number from 0 to 4102444800000: ms from 1970 to 2100'],
  [
    'endedAtMs',
    LATEST_MS + 1,
    'is 4102444800001: it must be a whole number from 0 to 4102444800000: ms from 1970 to 2100',
  ],
])('a violation whose %s is %s is neither read nor written, and the error names the field', (field, value, message) => {
  const wrong = { ...violation, [field]: value };
  expect(() => topics.violations.value.deserialize(foreign('Violation', wrong))).toThrow(
    new UndecodableError(`${field} of a Violation ${message}`),
  );
  expect(() => topics.violations.value.serialize(wrong)).toThrow(); // a union's message names only the union
});

test.each([Number.NaN, Number.NEGATIVE_INFINITY, 2 * MAX_PX])('a box with the corner %s does not decode', x1Px => {
  const [result] = detection.results;
  if (result?.payload.kind !== 'boxes') throw new Error('the detection has boxes');
  const boxes = result.payload.boxes.map(box => ({ ...box, x1Px }));
  const wrong: Detection = { ...detection, results: [{ ...result, payload: { ...result.payload, boxes } }] };
  expect(topics.detections.value.deserialize(foreign('Detection', detection))).toEqual(detection);
  expect(() => topics.detections.value.deserialize(foreign('Detection', wrong))).toThrow(
    `results.0.payload.boxes.0.x1Px of a Detection is ${x1Px}`,
  );
});

test('no number of a rule, a zone, key points or an embedding is NaN', () => {
  const point = { x: Number.NaN, y: 0 };
  const zone = { zoneId: 'z', cameraId: 'c', name: 'n', polygon: [point] };
  expect(() => avroSerde('Zone').deserialize(foreign('Zone', zone))).toThrow('polygon.0.x of a Zone is NaN');
  const box = { className: 'hand', confidence: 0.5, x1Px: 1, y1Px: 2, x2Px: 3, y2Px: 4 };
  const embedding = { subjects: [{ box, vector: [0.5, Number.NaN] }] };
  expect(() => avroSerde('Embedding').deserialize(foreign('Embedding', embedding))).toThrow('subjects.0.vector.1');
  const points = {
    classes: [],
    subjects: [{ box, points: [{ name: 'wrist', xPx: Number.NaN, yPx: 0, confidence: 1 }] }],
  };
  expect(() => avroSerde('KeyPoints').deserialize(foreign('KeyPoints', points))).toThrow('subjects.0.points.0.xPx');
});

test('a violation that ends, or is last seen, before it starts is neither read nor written', () => {
  const { startedAtMs } = violation;
  for (const wrong of [
    { ...violation, endedAtMs: startedAtMs - 1 },
    { ...violation, lastSeenAtMs: startedAtMs - 1 },
  ]) {
    expect(() => topics.violations.value.deserialize(foreign('Violation', wrong))).toThrow(UndecodableError);
    expect(() => topics.violations.value.serialize(wrong)).toThrow('ends before it starts');
  }
});

test('a bound holds for numbers of another schema, also when its number is of a smaller type', () => {
  const written = avroType(
    '{"type":"record","name":"Point","namespace":"sightline","fields":[{"name":"x","type":"int"},{"name":"y","type":"float"}]}',
  );
  const { type } = avroSerde('Point');
  const read = (x: number, y: number): unknown =>
    type.fromBuffer(written.toBuffer({ x, y }), type.createResolver(written));
  expect(read(1, 0.5)).toEqual({ x: 1, y: 0.5 });
  expect(() => read(2, 0.5)).toThrow('is 2');
  expect(() => read(1, Number.NaN)).toThrow('is NaN');
});
