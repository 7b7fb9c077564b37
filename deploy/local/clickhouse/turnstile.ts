import { ClickHouseError } from './errors.ts';

interface Waiting {
  readonly enter: () => void;
  readonly leave: () => void;
}

/** Lets at most `limit` pieces of work run at once. `places` more wait in order; it refuses the rest. */
export class Turnstile {
  readonly #limit: number;
  readonly #places: number;
  readonly #waiting = new Set<Waiting>();
  /** Start of each piece of work that runs, by `performance.now()`. */
  readonly #starts = new Set<{ readonly ms: number }>();
  #running = 0;

  constructor(limit: number, places: number) {
    this.#limit = limit;
    this.#places = places;
  }

  /** How long the same work has held every place, in ms; 0 while a place is free. */
  get heldMs(): number {
    if (this.#starts.size < this.#limit) return 0;
    return performance.now() - Math.max(...[...this.#starts].map(({ ms }) => ms));
  }

  /** Throws ClickHouseError: 202 when all places are taken, 394 when `signal` aborts while waiting. */
  async run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    if (this.#running < this.#limit) this.#running += 1;
    else await this.#wait(signal);
    const start = { ms: performance.now() };
    this.#starts.add(start);
    try {
      return await work();
    } finally {
      this.#starts.delete(start);
      const [next] = this.#waiting; // the next one takes over the place
      if (next === undefined) this.#running -= 1;
      else next.enter();
    }
  }

  #wait(signal: AbortSignal): Promise<void> {
    if (this.#waiting.size >= this.#places)
      throw new ClickHouseError(
        202,
        `Too many simultaneous queries: ${this.#limit} run and ${this.#places} wait`,
        'TOO_MANY_SIMULTANEOUS_QUERIES',
      );
    return new Promise((resolve, reject) => {
      const done = (then: () => void): void => {
        this.#waiting.delete(waiting);
        signal.removeEventListener('abort', waiting.leave);
        then();
      };
      const waiting: Waiting = {
        enter: () => done(resolve),
        leave: () => done(() => reject(new ClickHouseError(394, 'Query was cancelled', 'QUERY_WAS_CANCELLED'))),
      };
      this.#waiting.add(waiting);
      signal.addEventListener('abort', waiting.leave, { once: true });
    });
  }
}
