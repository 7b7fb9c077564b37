const FIRST_WAIT_MS = 1_000;
const MAX_WAIT_MS = 30_000;
/** After this many tries a person must do something, and tries become rare. */
export const TRIES = 10;
const RARE_WAIT_MS = 60_000;

/** Waits between tries of one source: 1 s, 2 s, 4 s ... 30 s, a minute after 10 tries; 1 s again after a success. */
export class Backoff {
  #attempts = 0;
  #nextAtMs = 0;

  /** Tries that failed since the last success. */
  get attempts(): number {
    return this.#attempts;
  }

  /** True: so many tries failed that the next one follows after a minute. */
  get isRare(): boolean {
    return this.#attempts >= TRIES;
  }

  /** What to say when the present try failed with this message. */
  advice(message: string): string {
    const tries = this.#attempts + 1;
    const again = tries < TRIES ? 'trying on' : 'it is tried again once a minute';
    return `no picture from the camera after ${tries} ${tries === 1 ? 'try' : 'tries'}: ${message}; ${again}`;
  }

  failed(nowMs: number): void {
    const waitMs = Math.min(FIRST_WAIT_MS * 2 ** this.#attempts, MAX_WAIT_MS);
    this.#attempts++;
    this.#nextAtMs = nowMs + (this.isRare ? RARE_WAIT_MS : waitMs);
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
