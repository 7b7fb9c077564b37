/** What the gateway refused, by field of the input; undefined: nothing. */
export interface Problems {
  readonly problem: (field: string) => string | undefined;
}
