import 'server-only';
import { cookies } from 'next/headers';
import { redirect } from 'next/navigation';
import { cache } from 'react';
import { Me, type MeResult } from '#generated/documents.ts';
import { env } from './env.ts';
import { dataOf, GatewayError, type GraphQLAnswer } from './graphql-answer.ts';
import type { TypedDocument } from './typed-document.ts';

/** Longer, and the page says that the gateway does not answer. */
const TIMEOUT_MS = 10_000;

/**
 * Asks the gateway as the one who is signed in; goes to the sign-in page, and back to `returnTo` from there, when nobody is.
 * Throws GatewayError.
 */
export async function ask<Result, Variables>(
  document: TypedDocument<Result, Variables>,
  variables: Variables,
  returnTo: string,
): Promise<Result> {
  try {
    return dataOf(await post<Result>(document.text, variables));
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'UNAUTHENTICATED') throw error;
  }
  redirect(`/sign-in?next=${encodeURIComponent(returnTo)}`);
}

/** Who is signed in; null when nobody is or the gateway does not answer (the page itself then says so). */
export const findMe = cache(async (): Promise<MeResult['me'] | null> => {
  try {
    return dataOf(await post<MeResult>(Me.text, {})).me;
  } catch (error) {
    if (error instanceof GatewayError) return null;
    throw error;
  }
});

async function post<Result>(query: string, variables: unknown): Promise<GraphQLAnswer<Result>> {
  const cookie = (await cookies()).toString();
  try {
    const response = await fetch(new URL('/graphql', env.GATEWAY_URL), {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', cookie },
      body: JSON.stringify({ query, variables }),
      cache: 'no-store',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return (await response.json()) as GraphQLAnswer<Result>;
  } catch (cause) {
    throw new GatewayError('UNREACHABLE', `the gateway at ${env.GATEWAY_URL} does not answer`, { cause });
  }
}
