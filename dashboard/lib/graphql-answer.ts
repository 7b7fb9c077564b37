/** An answer of a GraphQL server over HTTP. */
interface GraphQLAnswer<Result> {
  readonly data?: Result | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions?: { readonly code?: string; readonly field?: string };
  }[];
}

/** The gateway refused a request, or did not answer. `digest` says which, and reaches the browser. */
export class GatewayError extends Error {
  readonly code: string;
  readonly digest: string;
  readonly retriable: boolean;
  /** The argument that the gateway refused. */
  readonly field: string | undefined;

  constructor(code: string, message: string, options?: ErrorOptions & { readonly field?: string | undefined }) {
    super(message, options);
    this.field = options?.field;
    this.code = code;
    this.digest = code;
    this.retriable = code === 'UNREACHABLE' || code === 'UNAVAILABLE';
  }
}

/** The data of an answer. Throws when any field has an error, so that a page never shows incomplete data. */
function dataOf<Result>(answer: GraphQLAnswer<Result>): Result {
  const [error] = answer.errors ?? [];
  const { code = 'FAILED', field } = error?.extensions ?? {};
  if (error) throw new GatewayError(code, error.message, { field });
  if (answer.data == null) throw new GatewayError('FAILED', 'the gateway answered without data');
  return answer.data;
}

const codes: Readonly<Record<number, string>> = { 401: 'UNAUTHENTICATED', 403: 'FORBIDDEN', 503: 'UNAVAILABLE' };

/**
 * Reads a response of the gateway. What stands before GraphQL (sign-in, limits) answers with a problem document, known by
 * its status. Throws GatewayError; without `cause` where the gateway itself refused.
 */
export async function readAnswer<Result>(response: Response): Promise<Result> {
  const type = response.headers.get('content-type') ?? '';
  if (type.includes('problem+json') || !type.includes('json')) {
    const code = codes[response.status] ?? (response.status >= 500 ? 'UNREACHABLE' : 'FAILED');
    throw new GatewayError(code, `the gateway answered ${response.status}`);
  }
  return dataOf((await response.json()) as GraphQLAnswer<Result>);
}
