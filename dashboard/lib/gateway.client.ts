import { dataOf, GatewayError, type GraphQLAnswer } from './graphql-answer.ts';
import type { TypedDocument } from './typed-document.ts';

/** Asks the gateway on this origin with the browser's own cookie. Throws GatewayError. */
export async function askFromBrowser<Result, Variables>(
  document: TypedDocument<Result, Variables>,
  variables: Variables,
): Promise<Result> {
  return dataOf(await post<Result>(document.text, variables));
}

async function post<Result>(query: string, variables: unknown): Promise<GraphQLAnswer<Result>> {
  try {
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as GraphQLAnswer<Result>;
  } catch (cause) {
    throw new GatewayError('UNREACHABLE', 'the gateway does not answer', { cause });
  }
}
