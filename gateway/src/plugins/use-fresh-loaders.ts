import type { Plugin } from 'graphql-yoga';
import { type Context, loaders } from '../context.ts';

/** Loaders of a subscription batch what one event asks for and keep nothing: the next event asks again. */
export function useFreshLoaders(): Plugin<Context> {
  return {
    onSubscribe({ args, extendContext }) {
      extendContext(loaders(args.contextValue, { cache: false }));
    },
  };
}
