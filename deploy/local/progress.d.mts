export class StepError extends Error {
  readonly fix: string | undefined;
  constructor(message: string, fix?: string, cause?: unknown);
}

export class Progress {
  /** After the signal's abort nothing more is printed, and every step rejects with its reason. */
  constructor(total: number, done?: number, signal?: AbortSignal);
  /** Runs `work(say)` as the next numbered step; `say(text)` shows its progress. Resolves with the result of `work`. */
  step<T>(title: string, work: (say: (text: string) => void) => Promise<T> | T): Promise<T>;
}

/** Prints an error and its fix. Returns the exit code. */
export function report(error: unknown): number;
