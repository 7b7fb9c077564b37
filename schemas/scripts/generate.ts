/**
 * Writes src/generated/records.ts from avro/*.avsc: a TypeScript type for every named type and, for every record, its
 * schema with all referenced types inlined. Keeps every generated version in goldens/<fingerprint>.avsc.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { avroType, kindOf } from '../src/avro-type.ts';
import { crc64Avro } from '../src/fingerprint.ts';
import { numberBounds } from '../src/number-type.ts';

const root = join(import.meta.dirname, '..');

const Named = z.looseObject({
  type: z.enum(['record', 'enum']),
  name: z.string(),
  doc: z.string().optional(),
  symbols: z.array(z.string()).optional(),
  fields: z
    .array(
      z.looseObject({
        name: z.string(),
        doc: z.string({ error: 'every field needs a doc with its unit' }),
        type: z.unknown(),
      }),
    )
    .optional(),
});
type Named = z.infer<typeof Named>;
type Schema = unknown;

const PRIMITIVES: Readonly<Record<string, string>> = {
  null: 'null',
  boolean: 'boolean',
  int: 'number',
  long: 'number',
  float: 'number',
  double: 'number',
  bytes: 'Buffer',
  string: 'string',
};

/** Bounded texts by their names in avro/*.avsc (src/text-type.ts). */
const TEXTS: Readonly<Record<string, Schema>> = {
  Id: { type: 'string', logicalType: 'id' },
  CompoundId: { type: 'string', logicalType: 'compound-id' },
  Name: { type: 'string', logicalType: 'name' },
  Sha256: { type: 'string', logicalType: 'sha256' },
};

/** Bounded numbers by their names in avro/*.avsc, e.g. TimeMs (src/number-type.ts). */
const NUMBERS: Readonly<Record<string, Schema>> = Object.fromEntries(
  Object.entries(numberBounds).map(([logicalType, { primitive: type }]) => [
    logicalType.replace(/(^|-)[a-z]/g, start => start.replace('-', '').toUpperCase()),
    { type, logicalType },
  ]),
);

/** Every named type by name, including those defined inside another record. */
const named = new Map<string, Named>();
/** Records that are branches of a union of records: their TypeScript types have a kind (src/avro-type.ts). */
const kinds = new Set<string>();

function collect(schema: Schema): void {
  if (Array.isArray(schema)) schema.forEach(collect);
  else if (typeof schema === 'object' && schema !== null) {
    if ('symbols' in schema || 'fields' in schema) {
      const type = Named.parse(schema);
      named.set(type.name, type);
      for (const field of type.fields ?? []) collect(field.type);
    } else if ('items' in schema) collect(schema.items);
    else if ('values' in schema) collect(schema.values);
  }
}

function collectKinds(schema: Schema): void {
  if (Array.isArray(schema)) {
    const records = schema.filter(branch => named.get(branch)?.type === 'record');
    if (records.length > 1) for (const name of records) kinds.add(name);
    schema.forEach(collectKinds);
  } else if (typeof schema === 'object' && schema !== null) {
    if ('items' in schema) collectKinds(schema.items);
    else if ('values' in schema) collectKinds(schema.values);
  }
}

function typeScript(schema: Schema): string {
  if (Array.isArray(schema)) return schema.map(typeScript).join(' | ');
  if (typeof schema === 'string')
    return schema in TEXTS ? 'string' : schema in NUMBERS ? 'number' : (PRIMITIVES[schema] ?? schema);
  if (typeof schema !== 'object' || schema === null) throw new Error(`unknown schema ${JSON.stringify(schema)}`);
  if ('items' in schema) return `readonly ${bracket(typeScript(schema.items))}[]`;
  if ('values' in schema) return `Readonly<Record<string, ${typeScript(schema.values)}>>`;
  return Named.parse(schema).name;
}

const bracket = (type: string): string => (type.includes(' ') ? `(${type})` : type);

/** The schema with each named type defined at its first use. */
function inline(schema: Schema, seen: Set<string>): Schema {
  if (Array.isArray(schema)) return schema.map(branch => inline(branch, seen));
  if (typeof schema === 'string') {
    const bounded = TEXTS[schema] ?? NUMBERS[schema];
    if (bounded !== undefined) return bounded;
    const type = named.get(schema);
    return type === undefined ? schema : seen.has(schema) ? `sightline.${schema}` : inline(type, seen);
  }
  if (typeof schema !== 'object' || schema === null) throw new Error(`unknown schema ${JSON.stringify(schema)}`);
  const bound = 'maxItems' in schema && { maxItems: schema.maxItems };
  if ('items' in schema) return { type: 'array', ...bound, items: inline(schema.items, seen) };
  if ('values' in schema) return { type: 'map', ...bound, values: inline(schema.values, seen) };
  const type = Named.parse(schema);
  if (seen.has(type.name)) return `sightline.${type.name}`;
  seen.add(type.name);
  const { fields, ...rest } = type;
  return {
    ...rest,
    namespace: 'sightline',
    ...(fields && { fields: fields.map(field => ({ ...field, type: inline(field.type, seen) })) }),
  };
}

function declaration(type: Named): string {
  const doc = type.doc === undefined ? '' : `/** ${type.doc} */\n`;
  if (type.symbols)
    return `${doc}export type ${type.name} = ${type.symbols.map(symbol => `'${symbol}'`).join(' | ')};\n`;
  const fields = (type.fields ?? []).map(
    field => `  /** ${field.doc} */\n  readonly ${field.name}: ${typeScript(field.type)};\n`,
  );
  const kind = kinds.has(type.name) ? `  readonly kind: '${kindOf(type.name)}';\n` : '';
  return `${doc}export interface ${type.name} {\n${kind}${fields.join('')}}\n`;
}

const files = readdirSync(join(root, 'avro'))
  .filter(name => name.endsWith('.avsc'))
  .sort();
const records = files.map(file => {
  const schema = JSON.parse(readFileSync(join(root, 'avro', file), 'utf8'));
  collect(schema);
  return Named.parse(schema);
});

for (const { fields } of named.values()) for (const { type } of fields ?? []) collectKinds(type);

const schemaText = (type: Named): string => JSON.stringify(inline(type, new Set()));
const types = [...named.values()].sort((a, b) => a.name.localeCompare(b.name)).map(declaration);
const schemas = records.map(record => `  ${record.name}: ${JSON.stringify(schemaText(record))},\n`);
mkdirSync(join(root, 'src/generated'), { recursive: true });
mkdirSync(join(root, 'goldens'), { recursive: true });
writeFileSync(
  join(root, 'src/generated/records.ts'),
  `// Written by scripts/generate.ts from avro/*.avsc: change those and run \`npm run generate\`.\n\n${types.join('\n')}\n/** Avro schema of each record as JSON, with all it refers to. */\nexport const schemaOf = {\n${schemas.join('')}} as const;\n`,
);
for (const record of records) {
  const text = `${JSON.stringify(inline(record, new Set()), null, 1)}\n`;
  const canonical = JSON.stringify(avroType(schemaText(record)).schema());
  const hash = crc64Avro(canonical).toString('hex');
  writeFileSync(join(root, 'goldens', `${record.name}-${hash}.avsc`), text);
}
