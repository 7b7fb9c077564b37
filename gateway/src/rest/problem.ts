import { STATUS_CODES } from 'node:http';
import type { Logger } from '@sightline/processors/process';
import type { Context as HonoContext } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { ClientError, type ErrorCode, TooManyRequestsError } from '../errors.ts';

/** An error answer by RFC 9457. `field` names the wrong part of the request. */
export interface Problem {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ErrorCode | 'INTERNAL';
  readonly field?: string;
}

export function problemResponse(
  status: number,
  code: Problem['code'],
  detail: string,
  extra: { readonly field?: string | undefined; readonly headers?: Readonly<Record<string, string>> } = {},
): Response {
  const problem: Problem = {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail,
    code,
    ...(extra.field !== undefined && { field: extra.field }),
  };
  const headers = { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...extra.headers };
  return new Response(JSON.stringify(problem), { status, headers });
}

/** Turns an error of a route into problem+json. Logs an internal error and hides its text from the client. */
export function onError(logger: Logger): (error: Error, context: HonoContext) => Response {
  return (error, context) => {
    if (error instanceof TooManyRequestsError)
      return problemResponse(error.status, error.code, error.message, {
        headers: { 'retry-after': String(error.retryAfterSeconds) },
      });
    if (error instanceof ClientError)
      return problemResponse(error.status, error.code, error.message, { field: error.field });
    if (error instanceof HTTPException && error.status < 500)
      return problemResponse(error.status, 'BAD_INPUT', error.message || 'the request cannot be read');
    logger.error({ err: error, path: context.req.path }, 'a request failed');
    return problemResponse(500, 'INTERNAL', 'something went wrong here; the log of the gateway says what');
  };
}
