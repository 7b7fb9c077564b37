import type { ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';

/** Adds `extensions.degraded: true` to each answer made while a part was away. */
export function useDegraded(degraded: () => boolean): Plugin {
  return {
    onExecute: () => ({
      onExecuteDone({ result, setResult }) {
        if (!degraded() || Symbol.asyncIterator in result) return;
        const answer: ExecutionResult = result;
        setResult({ ...answer, extensions: { ...answer.extensions, degraded: true } });
      },
    }),
  };
}
