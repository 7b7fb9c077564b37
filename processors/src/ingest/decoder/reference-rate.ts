const WINDOW_MS = 1_000;
/** Frames do not come evenly, so more are needed than pictures are wanted. */
const SPARE = 1.5;
const FRAMES_AT_LEAST = 2;

/**
 * Decides whether frames that no other frame refers to need not be decoded: the others alone came often enough in the
 * last second.
 */
export class ReferenceRate {
  readonly #wanted: number;
  #startMs = Number.NEGATIVE_INFINITY;
  #references = 0;
  #suffice = false;

  constructor(maxFps: number) {
    this.#wanted = Math.max(FRAMES_AT_LEAST, maxFps * SPARE);
  }

  /** False: this frame need not be decoded. */
  take(isReference: boolean, nowMs: number): boolean {
    if (nowMs - this.#startMs >= WINDOW_MS) {
      this.#suffice = this.#references >= this.#wanted && nowMs - this.#startMs < 2 * WINDOW_MS;
      this.#startMs = nowMs;
      this.#references = 0;
    }
    if (isReference) this.#references++;
    return isReference || !this.#suffice;
  }
}
