/** A GraphQL operation as text; the two types live at compile time alone. */
export interface TypedDocument<Result, Variables> {
  readonly text: string;
  readonly __types?: (variables: Variables) => Result;
}
