/** Throws StepError with exit code 2 when a program that we start could not take the path of the folder. */
export function refusePath(
  path: string,
  setting: string,
  use: 'clone' | 'cache' | 'data',
  source?: NodeJS.ProcessEnv,
): void;

/** Throws StepError, with its fix, unless we can write to the folder or can make it. Makes nothing. */
export function checkFolder(path: string, setting: string): void;
/** Makes a folder, and those above it, for us alone. */
export function makeFolder(path: string): void;
