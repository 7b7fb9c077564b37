/** The options of a help text: for each name the value it takes; undefined: a flag. */
export function optionsOf(
  help: string,
): ReadonlyMap<
  string,
  { readonly kind: string; readonly isList: boolean; readonly allowed: readonly string[] | undefined } | undefined
>;

/** The values of a command line. Throws UsageError for an unknown option, a stray word, or a missing or wrong value. */
export function readArguments(line: {
  readonly args: readonly string[];
  readonly help: string;
  readonly command: string;
  readonly env?: NodeJS.ProcessEnv;
}): { readonly asksHelp: boolean; readonly values: Readonly<Record<string, string>> };
