import avro from 'avsc';
import { afterEach, expect, test } from 'vitest';
import { avroSerde, fingerprintOf, UndecodableError } from './avro-serde.ts';
import { boundedTypes } from './avro-type.ts';
import { schemaOf } from './generated/records.ts';
import { useSchemaRegistry } from './schema-registry.ts';
import { unknownParts } from './unknown-parts.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

const NEW_FIELD = { name: 'addedLater', type: 'string', default: 'later', doc: 'Of a later version.' };
const NEW_SYMBOL = 'added_later';
let branches = 0;
const newBranch = (): Json => ({ type: 'record', name: `AddedLater${branches++}`, namespace: 'sightline', fields: [] });

/** A union of records holds one of several kinds. */
const isUnionOfKinds = (schema: readonly Json[]): boolean =>
  schema.filter(branch => isNamed(branch, 'record') || String(branch).startsWith('sightline.')).length > 1;

const isNamed = (schema: Json, type: string): boolean =>
  typeof schema === 'object' && schema !== null && 'type' in schema && schema.type === type;

/**
 * A later version's schema: one more symbol in every enum, one more field in every record, one more record in every
 * union of records.
 */
function newer(schema: Json): Json {
  if (Array.isArray(schema)) {
    return isUnionOfKinds(schema) ? [...schema.map(newer), newBranch()] : schema.map(newer);
  }
  if (typeof schema !== 'object' || schema === null) return schema;
  const inside = Object.fromEntries(Object.entries(schema).map(([name, part]) => [name, newer(part)]));
  if (isNamed(schema, 'enum')) return { ...inside, symbols: [...(inside.symbols as Json[]), NEW_SYMBOL] };
  if (isNamed(schema, 'record')) return { ...inside, fields: [...(inside.fields as Json[]), NEW_FIELD] };
  return inside;
}

/** Every place in a schema whose value may read as unknown; lists without their index. */
function placesOf(schema: Json, path: string, named: Map<string, Json>): readonly string[] {
  if (typeof schema === 'string') {
    const known = named.get(schema);
    return known === undefined ? [] : placesOf(known, path, named);
  }
  if (Array.isArray(schema)) {
    const inside = schema.flatMap(branch => placesOf(branch, path, named));
    return isUnionOfKinds(schema) ? [path, ...inside] : inside;
  }
  if (typeof schema !== 'object' || schema === null || !('type' in schema)) return [];
  if ('name' in schema) named.set(`sightline.${schema.name}`, schema);
  if (schema.type === 'enum') return [path];
  if (schema.type === 'array') return placesOf(schema.items ?? null, `${path}[]`, named);
  const fields = (schema.fields ?? []) as readonly { readonly name: string; readonly type: Json }[];
  return fields.flatMap(({ name, type }) => placesOf(type, path === '' ? name : `${path}.${name}`, named));
}

const confluent = (id: number, body: Buffer): Buffer => {
  const prefix = Buffer.alloc(5);
  prefix.writeInt32BE(id, 1);
  return Buffer.concat([prefix, body]);
};

afterEach(() => useSchemaRegistry(undefined));

/** Values are random: the test tries at least this many, and more until every place was unknown once. */
const VALUES = 100;
const MOST_VALUES = 50_000;
const names = Object.keys(schemaOf) as (keyof typeof schemaOf)[];

test.each(names)('a %s of a later version reads here, what it added to enums as unknown', name => {
  const serde = avroSerde<object>(name);
  const written = JSON.stringify(newer(JSON.parse(serde.schema)));
  const writer = avro.Type.forSchema(JSON.parse(written), { wrapUnions: true, logicalTypes: boundedTypes });
  const registry = { writerId: () => undefined, load: () => Promise.resolve() };
  useSchemaRegistry({ ...registry, schema: id => (id === 7 ? written : undefined) });
  const find = unknownParts(serde.type);
  const found = new Set<string>();
  const places = placesOf(JSON.parse(serde.schema), '', new Map());
  const missing = (): boolean => places.some(place => !found.has(place));
  for (let i = 0; i < VALUES || (i < MOST_VALUES && missing()); i++) {
    const value = serde.deserialize(confluent(7, writer.toBuffer(writer.random())));
    expect(value).not.toHaveProperty(NEW_FIELD.name);
    for (const part of find(value)) found.add(part.replace(/\[\d+\]/g, '[]'));
  }
  for (const place of places) expect([...found]).toContain(place);
});

test.each(names)('a %s of a later version decodes by the schema that came with it, and not without', name => {
  const serde = avroSerde<object>(name, 'single-object');
  const schema = JSON.stringify(newer(JSON.parse(serde.schema)));
  const writer = avro.Type.forSchema(JSON.parse(schema), { wrapUnions: true, logicalTypes: boundedTypes });
  const fingerprint = fingerprintOf(schema) ?? '';
  const header = Buffer.concat([Buffer.from([0xc3, 0x01]), Buffer.from(fingerprint, 'hex')]);
  const bytes = Buffer.concat([header, writer.toBuffer(writer.random())]);
  expect(() => serde.decode(bytes, () => undefined)).toThrow(UndecodableError);
  expect(() => serde.decode(bytes, asked => (asked === fingerprint ? schema : undefined))).not.toThrow();
});
