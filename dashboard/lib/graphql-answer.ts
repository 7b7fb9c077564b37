/** What a GraphQL server answers over HTTP. */
interface GraphQLAnswer<Result> {
  readonly data?: Result | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

/** The gateway refused a request, or did not answer; `digest` survives to the browser and says which. */
export class GatewayError extends Error {
  readonly code: string;
  readonly digest: string;
  readonly retriable: boolean;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.digest = code;
    this.retriable = code === 'UNREACHABLE' || code === 'UNAVAILABLE';
  }
}

/** The data of an answer. An error of any field is an error of the whole: a page never shows half a truth. */
function dataOf<Result>(answer: GraphQLAnswer<Result>): Result {
  const [error] = answer.errors ?? [];
  if (error) throw new GatewayError(error.extensions?.code ?? 'FAILED', error.message);
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
