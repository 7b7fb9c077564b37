/** The only way to the machine's clock. Nothing that decides asks it. */
export interface Clock {
  /** Wall clock in ms since 1970. */
  nowMs(): number;
}

export const systemClock: Clock = { nowMs: () => Date.now() };
