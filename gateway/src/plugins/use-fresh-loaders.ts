import type { Plugin } from 'graphql-yoga';
import { type Context, loaders } from '../context.ts';

/** Gives subscriptions loaders that batch the questions of one event and cache nothing, so each event asks again. */
export function useFreshLoaders(): Plugin<Context> {
  return {
    onSubscribe({ args, extendContext }) {
      extendContext(loaders(args.contextValue, { cache: false }));
    },
  };
}
