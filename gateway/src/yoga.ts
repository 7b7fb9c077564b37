import type { Logger } from '@sightline/processors/process';
import { createYoga, type YogaServerInstance } from 'graphql-yoga';
import type { Viewer } from './auth/viewer.ts';
import { type Context, type Parts, requestContext } from './context.ts';
import { useCompiledQueries } from './plugins/use-compiled-queries.ts';
import { useDegraded } from './plugins/use-degraded.ts';
import { useDocumentLimits } from './plugins/use-document-limits.ts';
import { useFreshLoaders } from './plugins/use-fresh-loaders.ts';
import { useOpenStreams } from './plugins/use-open-streams.ts';
import { useSubscriptionLimits } from './plugins/use-subscription-limits.ts';
import { useTracedReads } from './plugins/use-traced-reads.ts';
import { schema } from './schema/index.ts';

/** What the front door knows about a request. */
export interface ServerContext {
  readonly viewer: Viewer | undefined;
}

export type Yoga = YogaServerInstance<ServerContext, Context>;

/** Builds GraphQL over HTTP and server-sent events. Internal errors are logged, and the client does not see their text. */
export function buildYoga(parts: Parts, logger: Logger): Yoga {
  return createYoga<ServerContext, Context>({
    schema,
    context: ({ viewer }) => requestContext(parts, viewer),
    graphqlEndpoint: '/graphql',
    graphiql: false,
    landingPage: false,
    cors: false,
    batching: false,
    maskedErrors: { isDev: false },
    multipart: false,
    plugins: [
      useDocumentLimits(),
      useSubscriptionLimits(),
      useCompiledQueries(),
      useTracedReads(),
      useDegraded(() => parts.degraded()),
      useFreshLoaders(),
      useOpenStreams(parts.streams),
    ],
    logging: {
      debug: (...args) => logger.debug({ args }),
      info: (...args) => logger.info({ args }),
      warn: (...args) => logger.warn({ args }),
      error: (...args) => logger.error({ err: args[0] }, 'a resolver failed'),
    },
  });
}
