/** A limited number of places, which can be taken and given back. */
export class Slots {
  readonly #max: number;
  #taken = 0;

  constructor(max: number) {
    this.#max = max;
  }

  get taken(): number {
    return this.#taken;
  }

  /** Takes a place. Returns the function that gives it back, which works once; undefined: no place is left. */
  take(): (() => void) | undefined {
    if (this.#taken >= this.#max) return undefined;
    this.#taken++;
    let held = true;
    return () => {
      if (held) this.#taken--;
      held = false;
    };
  }
}

/** Runs one work at a time, in the order of the calls. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `work` when all before it have ended, whatever came of them. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }
}

/** A limited number of places for each holder. */
export class SlotsPerHolder {
  readonly #max: number;
  readonly #slots = new Map<string, Slots>();

  constructor(max: number) {
    this.#max = max;
  }

  /** As Slots.take. Holders without a place are forgotten. */
  take(holder: string): (() => void) | undefined {
    const slots = this.#slots.get(holder) ?? new Slots(this.#max);
    const release = slots.take();
    if (release === undefined) return undefined;
    this.#slots.set(holder, slots);
    return () => {
      release();
      if (slots.taken === 0 && this.#slots.get(holder) === slots) this.#slots.delete(holder);
    };
  }

  /** Holders of at least one place. */
  get holders(): number {
    return this.#slots.size;
  }
}

/** A result that calls `release` once: at once for a value; for a stream, at its end or break. */
export function releasedAtEnd<T>(result: T, release: () => void): T {
  if (!isStream(result)) {
    release();
    return result;
  }
  const source = result[Symbol.asyncIterator]();
  const stream: AsyncIterableIterator<unknown> = {
    async next() {
      try {
        const item = await source.next();
        if (item.done) release();
        return item;
      } catch (error) {
        release();
        throw error;
      }
    },
    async return() {
      release();
      return (await source.return?.()) ?? { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => stream,
  };
  return stream as T;
}

const isStream = (result: unknown): result is AsyncIterable<unknown> =>
  typeof result === 'object' && result !== null && Symbol.asyncIterator in result;
