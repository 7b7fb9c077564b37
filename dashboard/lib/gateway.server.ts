import 'server-only';
import { cookies, headers } from 'next/headers';
import { notFound, redirect } from 'next/navigation';
import { cache } from 'react';
import { Me, type MeResult, type TypedDocumentString } from '#generated/documents.ts';
import { env } from './env.ts';
import { GatewayError, readAnswer } from './graphql-answer.ts';
import { PATH_HEADER } from './path-header.ts';

/** After this time the page reports that the gateway does not answer. */
const TIMEOUT_MS = 10_000;

/** Sends a request to the gateway as the signed-in user. Redirects to sign-in when nobody is. Throws GatewayError. */
export async function ask<Result, Variables>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
): Promise<Result> {
  try {
    return await readAnswer<Result>(await post(document.toString(), variables));
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'UNAUTHENTICATED') throw error;
  }
  return toSignIn();
}

/**
 * Who is signed in; when nobody is, goes to the sign-in page, or gives null where one is there already.
 * Null too when the gateway does not answer: the page itself then says so.
 */
export const findMe = cache(async (): Promise<MeResult['me'] | null> => {
  try {
    return (await readAnswer<MeResult>(await post(Me.toString(), {}))).me;
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    if (error.code !== 'UNAUTHENTICATED' || !(await headers()).has(PATH_HEADER)) return null;
  }
  return toSignIn();
});

/** For a page whose address has an id: an id that the gateway refuses or does not find is the id of nothing. Throws any other error. */
export function notThere(error: unknown): never {
  if (error instanceof GatewayError && (error.code === 'BAD_INPUT' || error.code === 'NOT_FOUND')) notFound();
  throw error;
}

async function toSignIn(): Promise<never> {
  const path = (await headers()).get(PATH_HEADER) ?? '/';
  redirect(path === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(path)}`);
}

async function post(query: string, variables: unknown): Promise<Response> {
  const cookie = (await cookies()).toString();
  try {
    return await fetch(new URL('/graphql', env.GATEWAY_URL), {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', cookie },
      body: JSON.stringify({ query, variables }),
      cache: 'no-store',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (cause) {
    throw new GatewayError('UNREACHABLE', `the gateway at ${env.GATEWAY_URL} does not answer`, { cause });
  }
}
