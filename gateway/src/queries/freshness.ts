import { AsyncLocalStorage } from 'node:async_hooks';

const making = new AsyncLocalStorage<Freshness | undefined>();

/**
 * How long an answer equals one made anew, as long as no version changes (`versions`). What is asked while the answer is
 * made notes its end here. An answer is not kept unless its maker says that all it read has a version or noted an end.
 */
export class Freshness {
  #untilMs = Number.POSITIVE_INFINITY;
  #keepable = false;

  /** The answer that is made now; undefined: nobody would keep it. */
  static get current(): Freshness | undefined {
    return making.getStore();
  }

  /** Makes an answer. What `make` calls, also after it has waited, finds this as `current`. */
  during<T>(make: () => T): T {
    return making.run(this, make);
  }

  /** Asks for something whose end the caller notes itself. What is asked finds no `current`. */
  static apart<T>(ask: () => T): T {
    return making.run(undefined, ask);
  }

  /** The answer reads something that may change from this time on, without a new version. */
  endsAt(timeMs: number): void {
    this.#untilMs = Math.min(this.#untilMs, timeMs);
  }

  /** The answer reads something that may change at any time. */
  endsNow(): void {
    this.endsAt(Number.NEGATIVE_INFINITY);
  }

  /** The maker says that all it read has a version or noted an end. */
  allowKeeping(): void {
    this.#keepable = true;
  }

  /** The answer must be made anew from this time on. */
  get untilMs(): number {
    return this.#keepable ? this.#untilMs : Number.NEGATIVE_INFINITY;
  }
}
