export class StepError extends Error {
  readonly fix: string | undefined;
  constructor(message: string, fix?: string, cause?: unknown);
}

export class Progress {
  constructor(total: number, done?: number);
  /** Runs `work(say)` as the next numbered step; `say(text)` tells how far it is. Resolves with what `work` gave. */
  step<T>(title: string, work: (say: (text: string) => void) => Promise<T> | T): Promise<T>;
}

/** Prints an error as what went wrong and what to do, and gives the exit code. */
export function report(error: unknown): number;
