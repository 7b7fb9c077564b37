/**
 * Writes generated/documents.ts: every operation of queries/*.graphql as text with its result and variables as types.
 * Reads gateway/schema.graphql as text. Throws on the first document the schema refuses.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { buildSchema, type GraphQLSchema } from 'graphql';
import { readDocuments } from './documents.ts';
import { printModule } from './print-types.ts';

const here = new URL('..', import.meta.url);

export function generate(schema: GraphQLSchema): string {
  const names = readdirSync(new URL('queries/', here)).filter(name => name.endsWith('.graphql'));
  const sources = names.sort().map(name => ({ name, text: readFileSync(new URL(`queries/${name}`, here), 'utf8') }));
  return printModule(schema, readDocuments(schema, sources));
}

export const gatewaySchema = (): GraphQLSchema =>
  buildSchema(readFileSync(new URL('../gateway/schema.graphql', here), 'utf8'));

if (import.meta.main) writeFileSync(new URL('generated/documents.ts', here), generate(gatewaySchema()));
