import { CLOCK_AHEAD_MS } from '@sightline/schemas/control';

/** This machine's clock is so far ahead of the log's that its changes would hold up everybody's. */
export class ClockAheadError extends Error {
  readonly code = 'CLOCK_AHEAD';
  readonly retriable = true; // once the clock is set
  constructor(aheadMs: number) {
    super(
      `the clock of this machine is ${(aheadMs / 1000).toFixed(1)} s ahead of the log's; changes are refused above ${CLOCK_AHEAD_MS / 1000} s: set the clock`,
    );
  }
}

/**
 * How far a wall clock is ahead of the log's, as far as that is certain. The log stamps a record after it was sent, so
 * its time at the sending was at most the stamp; a monotonic clock carries that on to now.
 */
export class LogClock {
  readonly #now: () => number;
  readonly #monotonic: () => number;
  /** The log's time less the monotonic clock's, at most. */
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

  /** Call before a record is sent; then call what it returns with the time at which the log took it, or a later one. */
  measure(): (takenAtMs: number) => void {
    const sentAt = this.#monotonic();
    return takenAtMs => {
      this.#differenceMs = takenAtMs - sentAt;
    };
  }

  /** At least so much is the wall clock ahead; negative or 0: nothing is certain. */
  get aheadMs(): number {
    return this.#differenceMs === undefined ? 0 : this.#now() - (this.#monotonic() + this.#differenceMs);
  }

  /** Throws ClockAheadError above the bound. */
  check(): void {
    if (this.aheadMs > CLOCK_AHEAD_MS) throw new ClockAheadError(this.aheadMs);
  }
}
