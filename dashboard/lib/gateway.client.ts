import { GatewayError, readAnswer } from './graphql-answer.ts';
import type { TypedDocument } from './typed-document.ts';

/** Asks the gateway on this origin with the browser's own cookie. Throws GatewayError. */
export async function askFromBrowser<Result, Variables>(
  document: TypedDocument<Result, Variables>,
  variables: Variables,
): Promise<Result> {
  return readAnswer<Result>(await post(document.text, variables));
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
