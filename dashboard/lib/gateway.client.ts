import type { TypedDocumentString } from '#generated/documents.ts';
import { GatewayError, readAnswer } from './graphql-answer.ts';

const TIMEOUT_MS = 15_000;

/** Sends a request to the gateway on this origin, with the browser's cookie. Throws GatewayError. */
export async function askFromBrowser<Result, Variables>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
): Promise<Result> {
  return readAnswer<Result>(await post(document.toString(), variables));
}

async function post(query: string, variables: unknown): Promise<Response> {
  try {
    return await fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ query, variables }),
      // A request that gets no answer would hold one of the browser's six connections for ever.
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (cause) {
    throw new GatewayError('UNREACHABLE', 'the gateway does not answer', { cause });
  }
}
