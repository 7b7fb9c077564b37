import { afterEach, expect, test } from 'vitest';
import { avroSerde, FINGERPRINT_HEADER, UndecodableError } from './avro-serde.ts';
import type { ConfigSwitch } from './generated/records.ts';
import { useSchemaRegistry } from './schema-registry.ts';

const value: ConfigSwitch = { cameraId: 'c1', controlOffset: 7, partition: 1, nextOffset: 42 };
const registryOf = (id: number, schema: string): Parameters<typeof useSchemaRegistry>[0] => ({
  writerId: asked => (asked === schema ? id : undefined),
  schema: asked => (asked === id ? schema : undefined),
  load: () => Promise.reject(new Error('not asked for')),
});

afterEach(() => useSchemaRegistry(undefined));

test('without a registry a value carries the fingerprint of its schema and decodes', () => {
  const serde = avroSerde<ConfigSwitch>('ConfigSwitch');
  const bytes = serde.serialize(value);
  expect(bytes.subarray(0, 2).toString('hex')).toBe('c301');
  expect(serde.headers).toEqual([[FINGERPRINT_HEADER, bytes.subarray(2, 10)]]);
  expect(serde.deserialize(bytes)).toEqual(value);
});

test('with a registry a value carries the id in Confluent framing, a state store value still the fingerprint', () => {
  const serde = avroSerde<ConfigSwitch>('ConfigSwitch');
  useSchemaRegistry(registryOf(258, serde.schema));
  expect(serde.serialize(value).subarray(0, 5).toString('hex')).toBe('0000000102');
  expect(serde.deserialize(serde.serialize(value))).toEqual(value);
  expect(avroSerde<ConfigSwitch>('ConfigSwitch', 'single-object').serialize(value)[0]).toBe(0xc3);
});

test('a record kept for ever decodes by its fingerprint header, even without the registry', () => {
  const serde = avroSerde<ConfigSwitch>('ConfigSwitch');
  useSchemaRegistry(registryOf(9, serde.schema));
  const bytes = serde.serialize(value);
  useSchemaRegistry(undefined);
  const reader = avroSerde<ConfigSwitch>('ConfigSwitch');
  expect(reader.deserialize(bytes, serde.headers)).toEqual(value);
  expect(() => avroSerde<ConfigSwitch>('ConfigSwitch').deserialize(bytes)).toThrow(UndecodableError);
});

test('a value of an older schema reads with the defaults of the missing fields', () => {
  const older = JSON.stringify({
    type: 'record',
    name: 'FrameReference',
    namespace: 'sightline',
    fields: ['topic', 'sha256']
      .map(name => ({ name, type: 'string' }))
      .concat([
        { name: 'partition', type: 'int' },
        { name: 'offset', type: 'long' },
      ]),
  });
  useSchemaRegistry({
    writerId: () => undefined,
    schema: id => (id === 3 ? older : undefined),
    load: () => Promise.resolve(),
  });
  const sha256 = 'b'.repeat(64);
  const body = [2, 97, 0x80, 1, ...Buffer.from(sha256), 4, 6];
  const bytes = Buffer.concat([Buffer.from('0000000003', 'hex'), Buffer.from(body)]);
  expect(avroSerde('FrameReference').deserialize(bytes)).toEqual({ topic: 'a', sha256, partition: 2, offset: 3 });
});

test.each([
  ['no bytes', ''],
  ['another first byte', '7b7d'],
  ['an unknown id', '00000000ff00'],
])('%s do not decode', (_, hex) => {
  expect(() => avroSerde('ConfigSwitch').deserialize(Buffer.from(hex, 'hex'))).toThrow(UndecodableError);
});

test('a value cut short does not decode', () => {
  const serde = avroSerde<ConfigSwitch>('ConfigSwitch');
  expect(() => serde.deserialize(serde.serialize(value).subarray(0, 12))).toThrow(UndecodableError);
});

const framed = (id: string, rest: string): Buffer => Buffer.from(`00${id}${rest}`, 'hex');

test.each([
  ['another Avro type', '"string"'],
  ['a schema of another format', 'syntax = "proto3"; message A { string a = 1; }'],
  ['JSON that is no Avro schema', '{"type":"object"}'],
])('a registered schema that is %s makes its values undecodable, not broken', (_, schema) => {
  useSchemaRegistry({
    writerId: () => undefined,
    schema: id => (id === 77 ? schema : undefined),
    load: () => Promise.resolve(),
  });
  expect(() => avroSerde('ConfigSwitch').deserialize(framed('0000004d', '0a68656c6c6f'))).toThrow(UndecodableError);
});

test('a record whose header names another schema than its id spoils no other record of that id', () => {
  const serde = avroSerde<ConfigSwitch>('ConfigSwitch');
  useSchemaRegistry(registryOf(258, serde.schema));
  const bytes = serde.serialize(value);
  const other = avroSerde('FrameReference').headers ?? [];
  expect(() => serde.deserialize(bytes, other)).toThrow(UndecodableError);
  expect(serde.deserialize(bytes, serde.headers)).toEqual(value);
  expect(serde.deserialize(bytes)).toEqual(value);
});
