import type { IncomingMessage } from 'node:http';
import type { Logger } from '@sightline/processors/process';
import { type DocumentNode, GraphQLError, getOperationAST } from 'graphql';
import type { ServerOptions } from 'graphql-ws';
import type { Extra } from 'graphql-ws/use/ws';
import type { Viewer } from './auth/viewer.ts';
import { BadInputError, TooManyRequestsError } from './errors.ts';
import { releasedAtEnd, Slots } from './slots.ts';
import type { Yoga } from './yoga.ts';

/** Largest number of operations that run on one socket at once, subscriptions and queries together. */
const MAX_OPERATIONS = 20;

type SocketOptions = ServerOptions<Record<string, unknown> | undefined, Extra>;
type Enveloped = Pick<ReturnType<Yoga['getEnveloped']>, 'execute' | 'subscribe'>;

/**
 * graphql-ws with yoga's schema, limits and masking. An error of an operation ends only that operation; the socket and
 * its other operations go on. `viewerOf`: the user who opened the socket.
 */
export function graphqlSockets(
  yoga: Yoga,
  viewerOf: (request: IncomingMessage) => Viewer | undefined,
  logger: Logger,
): SocketOptions {
  const operations = new WeakMap<IncomingMessage, Slots>();
  const slotsOf = (request: IncomingMessage): Slots => {
    const slots = operations.get(request) ?? new Slots(MAX_OPERATIONS);
    operations.set(request, slots);
    return slots;
  };

  const shown = (error: unknown): GraphQLError => {
    if (isForClient(error)) return error;
    logger.error({ err: error }, 'an operation failed');
    return new GraphQLError('Unexpected error.');
  };

  return {
    execute: args => envelopOf(args).execute(args),
    subscribe: args => envelopOf(args).subscribe(args),
    async onSubscribe({ extra: { request } }, _id, { query, operationName, variables }) {
      const release = slotsOf(request).take();
      if (release === undefined)
        return [new TooManyRequestsError(`this socket runs ${MAX_OPERATIONS} operations: end some of them`, 1)];
      try {
        const enveloped = yoga.getEnveloped({ viewer: viewerOf(request) });
        const document: DocumentNode = enveloped.parse(query);
        const errors: readonly GraphQLError[] = enveloped.validate(enveloped.schema, document);
        if (errors.length > 0) throw new InvalidDocument(errors);
        if (getOperationAST(document, operationName) === null)
          throw new BadInputError('operationName', 'the document has no such operation, or several and none is named');
        const run = async <T>(work: () => Promise<T> | T) => releasedAtEnd(await runOrRelease(work, release), release);
        const rootValue: Enveloped = {
          execute: args => run(() => enveloped.execute(args)),
          subscribe: args => run(() => enveloped.subscribe(args)),
        };
        const contextValue = await enveloped.contextFactory();
        return {
          schema: enveloped.schema,
          operationName,
          document,
          variableValues: variables,
          contextValue,
          rootValue,
        };
      } catch (error) {
        release();
        return error instanceof InvalidDocument ? error.errors : [shown(error)];
      }
    },
    // A failed stream gives its own error here, which may not be meant for the client.
    onError: (_context, _id, _payload, errors) => errors.map(error => shown(error.originalError ?? error).toJSON()),
  };
}

class InvalidDocument extends Error {
  readonly errors: readonly GraphQLError[];

  constructor(errors: readonly GraphQLError[]) {
    super('the document is not valid');
    this.errors = errors;
  }
}

async function runOrRelease<T>(work: () => Promise<T> | T, release: () => void): Promise<T> {
  try {
    return await work();
  } catch (error) {
    release();
    throw error;
  }
}

const isForClient = (error: unknown): error is GraphQLError =>
  error instanceof GraphQLError && (error.originalError === undefined || error.originalError instanceof GraphQLError);

/** Yoga's own execute, with its plugins; it comes in the root value, as graphql-ws's recipe has it. */
const envelopOf = (args: { readonly rootValue?: unknown }): Enveloped => args.rootValue as Enveloped;
