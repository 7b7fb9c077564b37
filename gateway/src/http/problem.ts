import { STATUS_CODES } from 'node:http';
import type { Logger } from '@sightline/processors/process';
import type { Context as HonoContext } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { ClientError, type ErrorCode } from '../errors.ts';

/** An error answer by RFC 9457. `field` names the wrong part of the request. */
export interface Problem {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ErrorCode | 'INTERNAL';
  readonly field?: string;
}

interface ProblemExtra {
  readonly field?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The body of a refusal. */
export function problemJson(status: number, code: Problem['code'], detail: string, field?: string): string {
  const title = STATUS_CODES[status] ?? 'Error';
  const problem: Problem = { type: 'about:blank', title, status, detail, code, ...(field !== undefined && { field }) };
  return JSON.stringify(problem);
}

export function problemResponse(
  status: number,
  code: Problem['code'],
  detail: string,
  { field, headers }: ProblemExtra = {},
): Response {
  return new Response(problemJson(status, code, detail, field), {
    status,
    headers: { ...PROBLEM_HEADERS, ...headers },
  });
}

const PROBLEM_HEADERS = { 'content-type': 'application/problem+json', 'cache-control': 'no-store' } as const;

/** A refusal for a client of the API; undefined: the error was not meant for clients. */
export function problemOfError(error: unknown): Response | undefined {
  if (error instanceof ClientError) {
    const { status, code, message, field, retryAfterSeconds } = error;
    const headers = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
    return problemResponse(status, code, message, { field, headers });
  }
  if (error instanceof HTTPException && error.status < 500)
    return problemResponse(error.status, 'BAD_INPUT', error.message || 'the request cannot be read');
  return undefined;
}

/** Turns an error of a route into problem+json. Logs an internal error and hides its text from the client. */
export function onError(logger: Logger): (error: Error, context: HonoContext) => Response {
  return (error, context) => {
    const problem = problemOfError(error);
    if (problem !== undefined) return problem;
    logger.error({ err: error, path: context.req.path }, 'a request failed');
    return problemResponse(500, 'INTERNAL', 'an internal error occurred; the log of the gateway has it');
  };
}

/** A refusal as the bytes of a whole HTTP answer, for a socket that has no request; the socket closes after it. */
export function rawProblem(
  status: number,
  code: Problem['code'],
  detail: string,
  headers: Readonly<Record<string, string>> = {},
): string {
  const body = problemJson(status, code, detail);
  const lines = { ...PROBLEM_HEADERS, ...headers, connection: 'close', 'content-length': Buffer.byteLength(body) };
  const head = Object.entries(lines).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Error'}\r\n${head.join('')}\r\n${body}`;
}
