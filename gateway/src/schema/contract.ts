import { lexicographicSortSchema, printSchema } from 'graphql';
import { schema } from './index.ts';

/** The GraphQL schema as text, in one order: the contract that schema.graphql holds. */
export const printContract = (): string => `${printSchema(lexicographicSortSchema(schema))}\n`;
