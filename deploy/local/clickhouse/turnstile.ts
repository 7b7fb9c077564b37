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
  #running = 0;

  constructor(limit: number, places: number) {
    this.#limit = limit;
    this.#places = places;
  }

  /** Throws ClickHouseError: 202 when all places are taken, 394 when `signal` aborts while waiting. */
  async run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    if (this.#running < this.#limit) this.#running += 1;
    else await this.#wait(signal);
    try {
      return await work();
    } finally {
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
