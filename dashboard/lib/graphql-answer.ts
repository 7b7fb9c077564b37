/** What a GraphQL server answers over HTTP. */
export interface GraphQLAnswer<Result> {
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
export function dataOf<Result>(answer: GraphQLAnswer<Result>): Result {
  const [error] = answer.errors ?? [];
  if (error) throw new GatewayError(error.extensions?.code ?? 'FAILED', error.message);
  if (answer.data == null) throw new GatewayError('FAILED', 'the gateway answered without data');
  return answer.data;
}
