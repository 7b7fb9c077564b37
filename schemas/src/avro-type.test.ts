import { expect, test } from 'vitest';
import { avroType, kindOf } from './avro-type.ts';
import { type Box, type Detection, type ModelResult, type Rule, schemaOf } from './generated/records.ts';
import { handNoScooper } from './rules/index.ts';

const box: Box = { className: 'hand', confidence: 0.5, x1Px: 1, y1Px: 2, x2Px: 3, y2Px: 4 };
const payloads: readonly ModelResult['payload'][] = [
  { kind: 'boxes', classes: ['hand'], boxes: [box] },
  {
    kind: 'key_points',
    classes: ['person'],
    subjects: [{ box, points: [{ name: 'left_wrist', xPx: 1, yPx: 2, confidence: 0.5 }] }],
  },
  { kind: 'text', lines: [{ quadPx: [0, 0, 9, 0, 9, 2, 0, 2], text: 'EXIT', confidence: 0.5 }] },
  { kind: 'embedding', subjects: [{ box, vector: [0.5, -0.5] }] },
  { kind: 'classes', classes: [{ className: 'empty', confidence: 0.5 }] },
  { kind: 'unknown', of: 'masks' },
];
const resultOf = (payload: unknown) => ({
  model: 'm',
  version: '1',
  sha256: 'ab'.repeat(32),
  of: ['detector'],
  everyMs: 500,
  payload,
});

/** A newer version's schema: one more kind, and a new field with a default in each known kind. */
function newer(name: 'ModelResult' | 'Detection' | 'Rule'): string {
  const kind = { type: 'record', name: 'Masks', fields: [{ name: 'bits', type: 'bytes' }] };
  return JSON.stringify(JSON.parse(schemaOf[name]), (key, value: unknown) => {
    const isPayload = key === 'type' && Array.isArray(value) && value.length > 2;
    if (isPayload) return [kind, ...value.map(withField)];
    return value;
  });
}
const withField = (branch: { readonly name: string; readonly fields: readonly object[] }) => ({
  ...branch,
  fields: [{ name: 'added', type: 'string', default: '' }, ...branch.fields],
});

test('the kind of a record is its name in lower case with underscores', () => {
  expect(['sightline.RestrictedZone', 'KeyPoints', 'Boxes', 'Unknown'].map(kindOf)).toEqual([
    'restricted_zone',
    'key_points',
    'boxes',
    'unknown',
  ]);
});

test('every kind of payload reads back equal, with its kind', () => {
  const type = avroType(schemaOf.ModelResult);
  for (const payload of payloads) expect(type.fromBuffer(type.toBuffer(resultOf(payload)))).toEqual(resultOf(payload));
});

test('a value without a kind, or with an unknown kind, is not written', () => {
  const type = avroType(schemaOf.ModelResult);
  for (const payload of [{ classes: [], boxes: [] }, { kind: 'masks', bits: Buffer.of(1) }, null, 7])
    expect(() => type.toBuffer(resultOf(payload))).toThrow();
});

test("a newer writer's kind reads as unknown with its name; everything else, known kinds too, reads in full", () => {
  const [writer, reader] = [avroType(newer('Detection')), avroType(schemaOf.Detection)];
  const masks = resultOf({ kind: 'masks', bits: Buffer.from('0123') });
  const known = resultOf({ ...payloads[0], added: 'x' });
  const detection = {
    ...{ cameraId: 'c1', epoch: 1, sequence: 2, source: 'live', capturedAtMs: 3, mediaTimeMs: null, widthPx: 4 },
    ...{ heightPx: 5, outcome: 'detected', skipReason: null, frame: null },
  };
  const bytes = writer.toBuffer({ ...detection, results: [masks, known, masks] });
  const read: Detection = reader.fromBuffer(bytes, reader.createResolver(writer));
  const unknown = resultOf({ kind: 'unknown', of: 'masks' });
  expect(read).toEqual({ ...detection, results: [unknown, resultOf(payloads[0]), unknown] });
});

test('a rule of a kind that only a newer writer knows reads with all that rules have in common', () => {
  const [writer, reader] = [avroType(newer('Rule')), avroType(schemaOf.Rule)];
  const rule = handNoScooper('c1', 'z1');
  const bytes = writer.toBuffer({ ...rule, parameters: { kind: 'masks', bits: Buffer.from('0123') } });
  const read: Rule = reader.fromBuffer(bytes, reader.createResolver(writer));
  expect(read).toEqual({ ...rule, parameters: { kind: 'unknown', of: 'masks' } });
});
