import type { Plugin } from 'graphql-yoga';
import type { OpenStreams } from '../auth/open-streams.ts';
import type { Context } from '../context.ts';

/** Ends a subscription, over any transport, when its viewer signed out or has other rights. */
export function useOpenStreams(streams: OpenStreams): Plugin<Context> {
  return {
    onSubscribe: ({ args }) => ({
      onSubscribeResult({ result, setResult }) {
        const { viewer } = args.contextValue;
        if (viewer === undefined || !(Symbol.asyncIterator in result)) return;
        setResult(endable(result[Symbol.asyncIterator](), end => streams.hold(viewer, end)));
      },
    }),
  };
}

/** Passes on the same items until `hold` calls back. */
function endable<T>(items: AsyncIterator<T>, hold: (end: () => void) => () => void): AsyncIterableIterator<T> {
  const done = { done: true, value: undefined } as const;
  const { promise: ended, resolve } = Promise.withResolvers<typeof done>();
  const release = hold(() => {
    resolve(done);
    void items.return?.();
  });
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      const item = await Promise.race([items.next(), ended]);
      if (item.done) release();
      return item;
    },
    async return() {
      release();
      resolve(done);
      await items.return?.();
      return done;
    },
  };
}
