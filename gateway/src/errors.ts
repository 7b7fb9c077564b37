import { GraphQLError } from 'graphql';

/** Codes of errors that were meant for the client; all others are masked. */
export const errorCodes = [
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'CROSS_SITE',
  'BAD_INPUT',
  'NOT_FOUND',
  'METHOD_NOT_ALLOWED',
  'CONFLICT',
  'TOO_MANY_REQUESTS',
  'UNAVAILABLE',
] as const;
export type ErrorCode = (typeof errorCodes)[number];
export type ClientStatus = 400 | 401 | 403 | 404 | 409 | 413 | 415 | 429 | 503;

/** An error for the client: GraphQL shows code and field, REST turns it into problem+json. */
export class ClientError extends GraphQLError {
  readonly code: ErrorCode;
  readonly status: ClientStatus;
  readonly field: string | undefined;
  /** Seconds after which trying again may help; undefined: waiting does not help. */
  readonly retryAfterSeconds: number | undefined;

  constructor(message: string, code: ErrorCode, status: ClientStatus, field?: string, retryAfterSeconds?: number) {
    super(message, { extensions: { code, ...(field !== undefined && { field }), http: { status } } });
    this.code = code;
    this.status = status;
    this.field = field;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export class UnauthenticatedError extends ClientError {
  constructor() {
    super('sign in first: POST /auth/login, or send the token as Bearer or HTTP Basic', 'UNAUTHENTICATED', 401);
  }
}

export class ForbiddenError extends ClientError {
  constructor() {
    super('your role does not allow this', 'FORBIDDEN', 403);
  }
}

/** A page of another site may have made the browser send this. */
export class CrossSiteError extends ClientError {
  constructor() {
    super(
      "a request with the session cookie must show that Sightline's own page sent it: send Origin or Sec-Fetch-Site of this" +
        ' origin, or Content-Type: application/json, or X-Sightline-Request: 1, or sign in by Authorization: Bearer',
      'CROSS_SITE',
      403,
    );
  }
}

/** The caller's input is wrong. `field` names it, and the message says what it must be. */
export class BadInputError extends ClientError {
  constructor(field: string, message: string) {
    super(message, 'BAD_INPUT', 400, field);
  }
}

/** It does not exist, or the viewer may not see it. */
export class NotFoundError extends ClientError {
  constructor(message: string) {
    super(message, 'NOT_FOUND', 404);
  }
}

/** Another change came first, so nothing was changed. */
export class ConflictError extends ClientError {
  constructor(message: string) {
    super(message, 'CONFLICT', 409);
  }
}

/** Too many requests in too short a time. */
export class TooManyRequestsError extends ClientError {
  constructor(message: string, retryAfterSeconds: number) {
    super(message, 'TOO_MANY_REQUESTS', 429, undefined, retryAfterSeconds);
  }
}

/** A part that the answer needs cannot be reached now; trying again may help. */
export class UnavailableError extends ClientError {
  constructor(message: string, options?: ErrorOptions & { readonly retryAfterSeconds?: number }) {
    super(message, 'UNAVAILABLE', 503, undefined, options?.retryAfterSeconds);
    this.cause = options?.cause;
  }
}
