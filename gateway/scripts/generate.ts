/** Writes schema.graphql, the contract with the dashboard, from the schema in code. */
import { writeFileSync } from 'node:fs';
import { printContract } from '../src/schema/contract.ts';

writeFileSync(new URL('../schema.graphql', import.meta.url), printContract());
