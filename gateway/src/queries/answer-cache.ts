import { LRUCache } from 'lru-cache';
import { Freshness } from './freshness.ts';

interface Kept<T> {
  readonly answer: Promise<T>;
  /** Time of the answer; 0 while it is computed. */
  answeredAtMs: number;
}

/**
 * Shares answers between callers. Callers with the same key wait for one computation, and its answer is reused
 * for `keepMs`. The key must contain everything that the answer depends on, also the viewer's stores. Failures are not kept.
 */
export class AnswerCache<T> {
  readonly #kept: LRUCache<string, Kept<T>>;
  readonly #keepMs: number;

  constructor(options: { readonly keepMs: number; readonly maxAnswers: number }) {
    this.#keepMs = options.keepMs;
    this.#kept = new LRUCache({ max: options.maxAnswers });
  }

  get(key: string, ask: () => Promise<T>): Promise<T> {
    const known = this.#kept.get(key);
    const nowMs = Date.now();
    if (known !== undefined && (known.answeredAtMs === 0 || nowMs - known.answeredAtMs < this.#keepMs)) {
      Freshness.current?.endsAt((known.answeredAtMs || nowMs) + this.#keepMs);
      return known.answer;
    }
    Freshness.current?.endsAt(nowMs + this.#keepMs);
    const kept: Kept<T> = { answer: Freshness.apart(ask), answeredAtMs: 0 };
    this.#kept.set(key, kept);
    kept.answer.then(
      () => {
        kept.answeredAtMs = Date.now();
      },
      () => {
        if (this.#kept.peek(key) === kept) this.#kept.delete(key);
      },
    );
    return kept.answer;
  }
}
