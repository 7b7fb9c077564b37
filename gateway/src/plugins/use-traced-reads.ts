import { getOperationAST, OperationTypeNode } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Context } from '../context.ts';
import { Freshness } from '../queries/freshness.ts';

/**
 * What resolvers may read for an answer that is kept: each has a version, notes its end, or belongs to the viewer. An answer
 * that reads anything else of its context is made anew each time.
 */
const TRACED: ReadonlySet<string> = new Set<keyof Context>([
  ...(['viewer', 'fold', 'violations', 'evidence'] as const),
  ...(['evidenceOf', 'createdAt', 'openCounts'] as const),
]);

/** Says of the answers to queries whether they may be kept: without errors, and made of nothing but traced reads. */
export function useTracedReads(): Plugin<Context> {
  return {
    onExecute({ args: { document, operationName, contextValue }, executeFn, setExecuteFn }) {
      const freshness = Freshness.current;
      if (freshness === undefined) return undefined;
      if (getOperationAST(document, operationName)?.operation !== OperationTypeNode.QUERY) return undefined;
      const traced = new Proxy(contextValue, {
        get(context, name) {
          // by symbols Pothos finds what it keeps of this one request
          if (typeof name === 'string' && !TRACED.has(name)) freshness.endsNow();
          return Reflect.get(context, name);
        },
      });
      setExecuteFn(args => executeFn({ ...args, contextValue: traced }));
      return {
        onExecuteDone({ result }) {
          if (!(Symbol.asyncIterator in result) && result.errors === undefined) freshness.allowKeeping();
        },
      };
    },
  };
}
