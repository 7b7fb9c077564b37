/** The variables of `source` (default: our own environment) that every child may see, and those named in `settings`. */
export function childEnv(settings?: readonly string[], source?: NodeJS.ProcessEnv): Record<string, string>;
/** The variables of `source` (default: our own environment) that npm, Maven and apt may see. */
export function packageManagerEnv(source?: NodeJS.ProcessEnv): Record<string, string>;
