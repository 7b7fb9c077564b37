import { LRUCache } from 'lru-cache';

interface Kept<T> {
  readonly answer: Promise<T>;
  /** When it was asked; 0 while under way. */
  answeredAtMs: number;
}

/**
 * Answers that many callers share: who asks what is being asked waits for the same answer, and an answer is given again
 * for `keepMs`. The key says all that the answer depends on, the viewer's stores among it. Failures are not kept.
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
    if (known !== undefined && (known.answeredAtMs === 0 || Date.now() - known.answeredAtMs < this.#keepMs))
      return known.answer;
    const kept: Kept<T> = { answer: ask(), answeredAtMs: 0 };
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
