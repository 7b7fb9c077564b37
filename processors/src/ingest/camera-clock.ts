/** Presentation time and the clock may part by this much before the time is anchored anew. */
const DRIFT_MS = 1_000;

export interface CameraTime {
  readonly capturedAtMs: number;
  /** True on the first frame after the time was anchored. */
  readonly anchored: boolean;
}

/**
 * Time of a live or looped camera: the clock at the anchor plus the presentation time since. Anchored at the first
 * frame, and again when stream and clock part by over 1 s. Never goes back: when the machine's clock is set back, the
 * time goes on from the last one at its own pace, `aheadMs` in front of the clock.
 */
export class CameraClock {
  #anchorMs: number | undefined;
  #lastMs: number;
  /** How far the published time is in front of the machine's clock, in ms; 0 when it is not. */
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
    const anchored = expectedMs === undefined || Math.abs(nowMs + this.aheadMs - expectedMs) > DRIFT_MS;
    if (anchored) {
      this.aheadMs = Math.max(0, this.#lastMs - nowMs);
      this.#anchorMs = nowMs + this.aheadMs - mediaTimeMs;
    }
    return { capturedAtMs: this.later((this.#anchorMs ?? nowMs) + mediaTimeMs), anchored };
  }

  /** The time of a record that has no time of a source. */
  now(nowMs: number): number {
    const behindMs = this.#lastMs - (nowMs + this.aheadMs);
    if (Math.abs(behindMs) > DRIFT_MS) this.aheadMs = Math.max(0, this.#lastMs - nowMs);
    return this.later(nowMs + this.aheadMs);
  }

  /** This time, or the last one where that is later. */
  later(toMs: number): number {
    this.#lastMs = Math.max(this.#lastMs, Math.round(toMs));
    return this.#lastMs;
  }
}
