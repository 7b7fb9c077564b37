import { readFileSync } from 'node:fs';
import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import { LivePage, ViolationEvents } from '#generated/documents.ts';
import { gatewaySchema, generate, queries } from './generate.ts';

const schema = buildSchema(`
  scalar Long
  enum Mood { CALM BUSY }
  type Cook { id: ID! name: String mood: Mood! shifts: Long! }
  type Query { cooks: [Cook!]! }
`);

const generated = (text: string): Promise<string> => generate(schema, [{ name: 'test.graphql', text }]);

test("every document fits the gateway's schema, and what is generated from them is fresh", async () => {
  const committed = readFileSync(new URL('../generated/documents.ts', import.meta.url), 'utf8');
  expect(await generate(gatewaySchema(), queries()), 'run: npm run generate -w dashboard').toBe(committed);
});

test('a result has the fields that were asked for, under their aliases, with nulls where the schema has them', async () => {
  const module = await generated(
    'fragment Face on Cook { name mood shifts } query Cooks { cooks { label: id ...Face } }',
  );
  expect(module).toContain(
    '{ readonly name: string | null, readonly mood: Mood, readonly shifts: number, readonly label: string }',
  );
});

test('a document goes out as text, with the fragments that it spreads', () => {
  expect(LivePage.toString()).toMatch(/query LivePage\(/);
  for (const fragment of ['CameraTile on Camera', 'ViolationRow on Violation'])
    expect(LivePage.toString()).toContain(`fragment ${fragment}`);
  expect(JSON.parse(JSON.stringify({ query: ViolationEvents.toString() })).query).toMatch(
    /subscription ViolationEvents/,
  );
});

test('a document that asks for a field the schema lacks is refused by its name', async () => {
  await expect(generated('query Bad { cooks { wage } }')).rejects.toThrow(/wage/);
});
