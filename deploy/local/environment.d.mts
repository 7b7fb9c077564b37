/** The variables of `source` (default: ours) that every child may see, and those named. */
export function childEnv(settings?: readonly string[], source?: NodeJS.ProcessEnv): Record<string, string>;
/** What npm, Maven and apt may see of `source` (default: ours). */
export function packageManagerEnv(source?: NodeJS.ProcessEnv): Record<string, string>;
