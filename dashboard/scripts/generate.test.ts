import { readFileSync } from 'node:fs';
import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import { readDocuments } from './documents.ts';
import { gatewaySchema, generate } from './generate.ts';
import { printModule } from './print-types.ts';

const schema = buildSchema(`
  scalar Long
  enum Mood { CALM BUSY }
  interface Node { id: ID! }
  type Cook implements Node { id: ID! name: String hands: [Hand!]! mood: Mood! shifts(first: Int): Long! }
  type Hand implements Node { id: ID! gloved: Boolean! }
  input CookFilter { mood: Mood and: [CookFilter!] }
  type Query { cook(id: ID!): Cook cooks(filter: CookFilter): [Cook!]! node(id: ID!): Node }
`);

const printed = (text: string): string => printModule(schema, readDocuments(schema, [{ name: 'test.graphql', text }]));

test("every document fits the gateway's schema, and what is generated from them is fresh", () => {
  const committed = readFileSync(new URL('../generated/documents.ts', import.meta.url), 'utf8');
  expect(generate(gatewaySchema()), 'run: npm run generate -w dashboard').toBe(committed);
});

test('a result has the fields that were asked for, under their aliases, with nulls where the schema has them', () => {
  expect(printed('query Cooks { cooks { label: name mood hands { gloved } } }')).toContain(
    '{ readonly cooks: readonly ({ readonly label: string | null; readonly mood: Mood; readonly hands: readonly ({ readonly gloved: boolean; })[]; })[]; }',
  );
});

test('fragments melt into the field they are spread on, and travel with the text of the operation', () => {
  const module = printed('fragment Face on Cook { name } query One($id: ID!) { cook(id: $id) { ...Face mood } }');
  expect(module).toContain('readonly cook: { readonly name: string | null; readonly mood: Mood; } | null;');
  expect(module).toMatch(/text: "query One.*fragment Face on Cook/);
});

test('of an interface each type is told by its name', () => {
  expect(printed('query Any($id: ID!) { node(id: $id) { __typename id ... on Hand { gloved } } }')).toContain(
    "{ readonly __typename: 'Cook'; readonly id: string; } | { readonly __typename: 'Hand'; readonly id: string; readonly gloved: boolean; }",
  );
});

test('variables that may be left out are optional, and an input may hold itself', () => {
  const module = printed('query Cooks($filter: CookFilter) { cooks(filter: $filter) { id } }');
  expect(module).toContain('{ readonly filter?: CookFilter | null; }');
  expect(module).toContain('{ readonly mood?: Mood | null; readonly and?: readonly (CookFilter)[] | null; }');
});

test('a document that asks for a field the schema lacks is refused by its name', () => {
  expect(() => printed('query Bad { cooks { wage } }')).toThrow(/wage/);
});
