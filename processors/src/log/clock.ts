export interface Timer {
  /** It no longer fires; nothing when it has. */
  cancel(): void;
}

/** The only way to the machine's clock, so that a simulation can stand in for it. Nothing that decides asks it. */
export interface Clock {
  /** Wall clock in ms since 1970. */
  nowMs(): number;
  /** Milliseconds since some moment; never goes back, whatever is done to the wall clock. */
  monotonicMs(): number;
  /** Calls back once, after at least `ms`. */
  setTimer(callback: () => void, ms: number): Timer;
  /** Calls back once, after what waits now (I/O included) has had its turn. */
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
