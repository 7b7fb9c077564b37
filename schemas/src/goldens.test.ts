import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { avroType as parse } from './avro-type.ts';
import { crc64Avro } from './fingerprint.ts';
import { schemaOf } from './generated/records.ts';

const folder = join(import.meta.dirname, '../goldens');
const isRecord = (name: string): name is keyof typeof schemaOf => name in schemaOf;

test.each(readdirSync(folder))('%s, a schema once written with, still reads as today', file => {
  const name = file.slice(0, file.indexOf('-'));
  if (!isRecord(name)) throw new Error(`no record ${name} any more: what was written with it could not be read`);
  const written = parse(readFileSync(join(folder, file), 'utf8'));
  expect(() => parse(schemaOf[name]).createResolver(written)).not.toThrow();
});

test('the schemas of today are among the goldens', () => {
  const files = new Set(readdirSync(folder));
  for (const [name, schema] of Object.entries(schemaOf)) {
    expect(files).toContain(`${name}-${crc64Avro(JSON.stringify(parse(schema).schema())).toString('hex')}.avsc`);
  }
});
