const FIRST_WAIT_MS = 1_000;
const MAX_WAIT_MS = 30_000;

/** Waits between tries of one source: 1 s, 2 s, 4 s ... 30 s; 1 s again after a success. */
export class Backoff {
  #attempts = 0;
  #nextAtMs = 0;

  /** Tries that failed since the last success. */
  get attempts(): number {
    return this.#attempts;
  }

  failed(nowMs: number): void {
    this.#nextAtMs = nowMs + Math.min(FIRST_WAIT_MS * 2 ** this.#attempts, MAX_WAIT_MS);
    this.#attempts++;
  }

  succeeded(): void {
    this.#attempts = 0;
  }

  due(nowMs: number): boolean {
    return nowMs >= this.#nextAtMs;
  }

  waitMs(nowMs: number): number {
    return Math.max(0, this.#nextAtMs - nowMs);
  }
}
