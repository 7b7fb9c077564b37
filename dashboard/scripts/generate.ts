/**
 * Writes generated/documents.ts: every operation of queries/*.graphql as text with its result and variables as types,
 * every fragment as a type. Reads gateway/schema.graphql as text, nothing from the network. Throws on the first
 * document that does not fit the schema.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { codegen } from '@graphql-codegen/core';
import * as typedDocumentNode from '@graphql-codegen/typed-document-node';
import * as typescriptOperations from '@graphql-codegen/typescript-operations';
import { buildSchema, type GraphQLSchema, Kind, parse, validate } from 'graphql';

const here = new URL('..', import.meta.url);

export interface Source {
  readonly name: string;
  readonly text: string;
}

/** Names as the pages use them: LivePage is the document, LivePageResult and LivePageVariables are its types. */
const config = {
  documentMode: 'string',
  documentVariableSuffix: '',
  omitOperationSuffix: true,
  operationResultSuffix: 'Result',
  enumType: 'string-literal',
  immutableTypes: true,
  skipTypename: true,
  useTypeImports: true,
  pureMagicComment: true,
  namingConvention: 'keep',
  defaultScalarType: 'string',
  scalars: { ID: 'string', Long: 'number', JSON: 'unknown' },
};

/** The whole module for a schema and its documents. */
export async function generate(schema: GraphQLSchema, sources: readonly Source[]): Promise<string> {
  const documents = sources.map(({ name, text }) => ({ location: name, document: parse(text) }));
  const definitions = documents.flatMap(({ document }) => document.definitions);
  const [first] = validate(schema, { kind: Kind.DOCUMENT, definitions });
  if (first) throw new Error(`a query does not fit the schema: ${first.message}`);
  const module = await codegen({
    filename: 'generated/documents.ts',
    schema: { kind: Kind.DOCUMENT, definitions: [] },
    schemaAst: schema,
    documents,
    config,
    plugins: [{ operations: {} }, { documents: {} }],
    pluginMap: { operations: typescriptOperations, documents: typedDocumentNode },
  });
  return `// Written by scripts/generate.ts from queries/*.graphql and the gateway schema. Do not edit.\n${module}`;
}

/** The documents of queries/. */
export const queries = (): readonly Source[] =>
  readdirSync(new URL('queries/', here))
    .filter(name => name.endsWith('.graphql'))
    .sort()
    .map(name => ({ name, text: readFileSync(new URL(`queries/${name}`, here), 'utf8') }));

export const gatewaySchema = (): GraphQLSchema =>
  buildSchema(readFileSync(new URL('../gateway/schema.graphql', here), 'utf8'));

if (import.meta.main)
  writeFileSync(new URL('generated/documents.ts', here), await generate(gatewaySchema(), queries()));
