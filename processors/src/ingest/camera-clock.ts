/** Presentation time and the clock may part by this much before the time is anchored anew. */
const DRIFT_MS = 1_000;

export interface CameraTime {
  readonly capturedAtMs: number;
  /** True on the first frame after the time was anchored. */
  readonly anchored: boolean;
}

/**
 * Time of a live or looped camera: the clock at the anchor plus the presentation time since. Anchored at the first
 * frame and again on a drift over 1 s. Never goes back: an anchor below the last time continues from that time.
 */
export class CameraClock {
  #anchorMs: number | undefined;
  #lastMs: number;
  /** How far the published time is ahead of the clock at the last anchor, in ms; 0 when it is not. */
  aheadMs = 0;

  /** `lastMs`: the camera's last published time; 0 before the first. */
  constructor(lastMs: number) {
    this.#lastMs = lastMs;
  }

  get lastMs(): number {
    return this.#lastMs;
  }

  /** A new source: its presentation times have nothing to do with those before. */
  restart(): void {
    this.#anchorMs = undefined;
  }

  /** The time of a frame that came at `nowMs` with this presentation time. */
  at(mediaTimeMs: number, nowMs: number): CameraTime {
    const expectedMs = this.#anchorMs === undefined ? undefined : this.#anchorMs + mediaTimeMs;
    const anchored = expectedMs === undefined || Math.abs(nowMs - expectedMs) > DRIFT_MS;
    if (anchored) {
      this.aheadMs = Math.max(0, this.#lastMs - nowMs);
      this.#anchorMs = Math.max(nowMs, this.#lastMs) - mediaTimeMs;
    }
    return { capturedAtMs: this.#advance((this.#anchorMs ?? nowMs) + mediaTimeMs), anchored };
  }

  /** The time of a record without a source's time. */
  now(nowMs: number): number {
    return this.#advance(nowMs);
  }

  #advance(toMs: number): number {
    this.#lastMs = Math.max(this.#lastMs, Math.round(toMs));
    return this.#lastMs;
  }
}
