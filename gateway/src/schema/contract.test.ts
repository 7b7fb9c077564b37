import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { printContract } from './contract.ts';

test('schema.graphql, the contract with the dashboard, is what `npm run generate` prints', () => {
  expect(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8')).toBe(printContract());
});
