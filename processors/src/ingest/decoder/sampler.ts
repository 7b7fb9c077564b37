/** The use of a decoded frame: a picture, a sign of life between rare pictures, or none. */
export type Slot = 'picture' | 'between' | undefined;

const MS_PER_SECOND = 1_000;
/** Frames may come this much before their grid point: 29.97 fps on a grid of 30, for example. */
const TOLERANCE_MS = 10;
const LEAST_FPS = 0.01;

/**
 * Chooses frames by media time. The first frame of each slot of 1/maxFps seconds is a picture. When slots are longer
 * than a second, the first frame of each second in between is `between`. Only media times count, so reading a recording
 * again gives the same frames. Times must never go back within one use.
 */
export class Sampler {
  readonly #slotMs: number;
  readonly #toleranceMs: number;
  #lastSlot = -1;
  #lastSecond = -1;

  constructor(maxFps: number) {
    this.#slotMs = MS_PER_SECOND / Math.max(maxFps, LEAST_FPS);
    this.#toleranceMs = Math.min(TOLERANCE_MS, this.#slotMs / 4);
  }

  /** Length of a slot in ms of media time. */
  get slotMs(): number {
    return this.#slotMs;
  }

  /** Slots that began since the last picture, without the slot of this frame. */
  missedBefore(mediaTimeMs: number): number {
    return Math.max(0, this.#slotOf(mediaTimeMs) - this.#lastSlot - 1);
  }

  #slotOf(mediaTimeMs: number): number {
    return Math.floor((mediaTimeMs + this.#toleranceMs) / this.#slotMs);
  }

  take(mediaTimeMs: number): Slot {
    const slot = this.#slotOf(mediaTimeMs);
    const second = Math.floor((mediaTimeMs + this.#toleranceMs) / MS_PER_SECOND);
    const kind = slot > this.#lastSlot ? 'picture' : second > this.#lastSecond ? 'between' : undefined;
    this.#lastSlot = Math.max(slot, this.#lastSlot);
    this.#lastSecond = Math.max(second, this.#lastSecond);
    return kind;
  }
}
