/** A real camera's picture has noise, so it does not stay the same to the last bit for this long. */
const FROZEN_AFTER_MS = 120_000;
/** Fewer equal pictures are no proof. */
const PICTURES_AT_LEAST = 10;
/** Of a longer pause between two pictures this much counts: the camera may have been off. */
const PAUSE_COUNTS_MS = 12_000;

/** Tells a camera that stands still from a still scene: its pictures are the same to the last bit, again and again. */
export class FrozenPicture {
  #sha256: string | undefined;
  #lastMs = 0;
  /** How long it came. */
  #shownMs = 0;
  #pictures = 0;

  /** A picture with this hash came. Time without pictures does not count. */
  saw(sha256: string, nowMs: number): void {
    if (sha256 !== this.#sha256) {
      this.#sha256 = sha256;
      this.#shownMs = 0;
      this.#pictures = 0;
    } else this.#shownMs += Math.min(nowMs - this.#lastMs, PAUSE_COUNTS_MS);
    this.#lastMs = nowMs;
    this.#pictures++;
  }

  /** For a person; null while nothing is wrong. */
  get trouble(): string | null {
    if (this.#pictures < PICTURES_AT_LEAST || this.#shownMs < FROZEN_AFTER_MS) return null;
    const minutes = Math.floor(this.#shownMs / 60_000);
    return `the camera has sent one and the same picture for ${minutes} minutes: it may be frozen; restart it`;
  }
}
