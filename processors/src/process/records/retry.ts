import { setTimeout as sleep } from 'node:timers/promises';

export interface RetryOptions {
  /** First wait in ms, doubled up to `maxWaitMs`. Default 200 and 5,000. */
  readonly firstWaitMs?: number;
  readonly maxWaitMs?: number;
  readonly signal?: AbortSignal;
  /** Called with each failure before waiting. */
  readonly onFailure?: (error: unknown, waitMs: number) => void;
}

/** Calls `attempt` until it succeeds, with longer and longer waits. Only `signal` ends it early. */
export async function retryForever<T>(attempt: () => Promise<T>, options: RetryOptions = {}): Promise<T> {
  let waitMs = options.firstWaitMs ?? 200;
  for (;;) {
    options.signal?.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      if (options.signal?.aborted) throw error;
      options.onFailure?.(error, waitMs);
      await sleep(waitMs, undefined, options.signal ? { signal: options.signal } : {});
      waitMs = Math.min(waitMs * 2, options.maxWaitMs ?? 5_000);
    }
  }
}
