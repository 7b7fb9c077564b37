import { CLOCK_AHEAD_MS } from '@sightline/schemas/control';

/** This machine's clock is so far ahead of the log's that its changes would delay everyone else's. */
export class ClockAheadError extends Error {
  readonly code = 'CLOCK_AHEAD';
  readonly retriable = true; // once the clock is set
  constructor(aheadMs: number) {
    super(
      `this machine's clock is ${(aheadMs / 1000).toFixed(1)} s ahead of the log's; changes are refused above ${CLOCK_AHEAD_MS / 1000} s: set the clock`,
    );
  }
}

/**
 * How far the wall clock is provably ahead of the log's clock. The log stamps a record after it was sent, so the log's
 * time at sending was at most the stamp; a monotonic clock extends that bound to now.
 */
export class LogClock {
  readonly #now: () => number;
  readonly #monotonic: () => number;
  /** Upper bound of the log's time minus the monotonic clock's. */
  #differenceMs: number | undefined;

  constructor(now: () => number = Date.now, monotonic: () => number = () => performance.now()) {
    this.#now = now;
    this.#monotonic = monotonic;
  }

  get nowMs(): number {
    return this.#now();
  }

  get measured(): boolean {
    return this.#differenceMs !== undefined;
  }

  /** Call this before sending a record. Then call the returned function with the log's stamp, or a later one. */
  measure(): (takenAtMs: number) => void {
    const sentAt = this.#monotonic();
    return takenAtMs => {
      this.#differenceMs = takenAtMs - sentAt;
    };
  }

  /** The wall clock is ahead by at least this much; 0 or less: nothing is proved. */
  get aheadMs(): number {
    return this.#differenceMs === undefined ? 0 : this.#now() - (this.#monotonic() + this.#differenceMs);
  }

  /** Throws ClockAheadError when the clock is too far ahead. */
  check(): void {
    if (this.aheadMs > CLOCK_AHEAD_MS) throw new ClockAheadError(this.aheadMs);
  }
}
