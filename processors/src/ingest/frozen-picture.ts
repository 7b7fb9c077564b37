/** A real camera's picture has noise, so it does not stay the same to the last bit for this long. */
const FROZEN_AFTER_MS = 120_000;
/** Fewer equal pictures are no proof. */
const PICTURES_AT_LEAST = 10;

/** Tells a camera that stands still from a still scene: its pictures are the same to the last bit, again and again. */
export class FrozenPicture {
  #sha256: string | undefined;
  #sinceMs = 0;
  #pictures = 0;

  /** A picture with this hash came. */
  saw(sha256: string, nowMs: number): void {
    if (sha256 !== this.#sha256) {
      this.#sha256 = sha256;
      this.#sinceMs = nowMs;
      this.#pictures = 0;
    }
    this.#pictures++;
  }

  /** For a person; null while nothing is wrong. */
  trouble(nowMs: number): string | null {
    const forMs = nowMs - this.#sinceMs;
    if (this.#pictures < PICTURES_AT_LEAST || forMs < FROZEN_AFTER_MS) return null;
    const minutes = Math.floor(forMs / 60_000);
    return `the camera has sent one and the same picture for ${minutes} minutes: it may be frozen; restart it`;
  }
}
