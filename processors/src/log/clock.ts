export interface Timer {
  /** Cancels the timer; does nothing when it has fired. */
  cancel(): void;
}

/** The only access to the machine's clock, so a simulation can replace it. Decisions never read it. */
export interface Clock {
  /** Wall clock in ms since 1970. */
  nowMs(): number;
  /** Milliseconds since some moment; never goes back, even when the wall clock is changed. */
  monotonicMs(): number;
  /** Calls back once, after at least `ms`. */
  setTimer(callback: () => void, ms: number): Timer;
  /** Calls back once, after all waiting callbacks (I/O included) have run. */
  soon(callback: () => void): void;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  setTimer(callback, ms) {
    const timer = setTimeout(callback, ms);
    return { cancel: () => clearTimeout(timer) };
  },
  soon: callback => void setImmediate(callback),
};

/** Resolves after at least `ms`. */
export function passed(clock: Clock, ms: number): Promise<void> {
  return new Promise(resolve => void clock.setTimer(resolve, ms));
}
