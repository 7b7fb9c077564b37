import SchemaBuilder from '@pothos/core';
import ComplexityPlugin from '@pothos/plugin-complexity';
import RelayPlugin from '@pothos/plugin-relay';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';
import SimpleObjectsPlugin from '@pothos/plugin-simple-objects';
import { mayChangeModels, mayEdit } from './auth/viewer.ts';
import type { Context } from './context.ts';
import { BadInputError, ForbiddenError, UnauthenticatedError } from './errors.ts';
import { PRICES } from './prices.ts';

/** Largest cost of one document. The largest page of violations, with the fields of a list, costs about 20,000. */
const BUDGET = { complexity: 40_000, depth: 12, breadth: 400 } as const;

export const builder = new SchemaBuilder<{
  Context: Context;
  DefaultFieldNullability: false;
  DefaultEdgesNullability: false;
  AuthScopes: { signedIn: boolean; editor: boolean; modelEditor: boolean };
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: number; Output: number };
    Long: { Input: number; Output: number };
    Cursor: { Input: string; Output: string };
    JSON: { Input: unknown; Output: unknown };
  };
}>({
  plugins: [RelayPlugin, ScopeAuthPlugin, ComplexityPlugin, SimpleObjectsPlugin],
  defaultFieldNullability: false,
  relay: {
    edgesFieldOptions: { nullable: false, complexity: { field: 0, multiplier: 1 } },
    nodesQueryOptions: false,
    nodeQueryOptions: { complexity: PRICES.question },
    nodesOnConnection: false,
  },
  scopeAuth: {
    authScopes: ({ viewer }) => ({
      signedIn: viewer !== undefined,
      editor: mayEdit(viewer),
      modelEditor: mayChangeModels(viewer),
    }),
    authorizeOnSubscribe: true,
    unauthorizedError: (_, { viewer }) => (viewer === undefined ? new UnauthenticatedError() : new ForbiddenError()),
  },
  complexity: {
    limit: BUDGET,
    defaultListMultiplier: 5,
    complexityError: (kind, result) => {
      const [found, most] = [result[kind.toLowerCase() as 'depth'], result[`max${kind}`]];
      return new BadInputError(
        'query',
        `the document costs too much: its ${kind.toLowerCase()} is ${found} of ${most}`,
      );
    },
  },
});

// Deny by default: a root field without a scope of its own asks for a signed-in viewer.
builder.queryType({ authScopes: { signedIn: true } });
builder.mutationType({ authScopes: { editor: true } });
builder.subscriptionType({ authScopes: { signedIn: true } });
