import type { TypedDocumentString } from '#generated/documents.ts';
import { GatewayError, readAnswer } from './graphql-answer.ts';

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
    });
  } catch (cause) {
    throw new GatewayError('UNREACHABLE', 'the gateway does not answer', { cause });
  }
}
