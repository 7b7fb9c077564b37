/** A larger difference between presentation time and clock sets a new anchor. */
const DRIFT_MS = 1_000;

export interface CameraTime {
  readonly capturedAtMs: number;
  /** True on the first frame after a new anchor. */
  readonly anchored: boolean;
}

/**
 * The time of a live or looped camera: the clock at the anchor plus the presentation time since. It anchors at the
 * first frame, and again when stream and clock differ by over 1 s. The clock is the machine's wall clock on purpose:
 * when it is set right, cameras must follow it. Set forward, the time jumps once. It never goes back: when the clock is
 * set back, the time goes on from the last one at its own pace, `aheadMs` ahead of the clock. The session gives up a
 * lead of more than a day, with a new clock.
 */
export class CameraClock {
  #anchorMs: number | undefined;
  #lastMs: number;
  /** When the last frame came, by the machine's clock. */
  #cameAtMs = Number.NEGATIVE_INFINITY;
  /** How far the published time is in front of the machine's clock, in ms; 0 when it is not. */
  aheadMs = 0;

  /** `lastMs`: the camera's last published time; 0 before the first. */
  constructor(lastMs: number) {
    this.#lastMs = lastMs;
  }

  get lastMs(): number {
    return this.#lastMs;
  }

  /** A new source starts: its presentation times are unrelated to the earlier ones. */
  restart(): void {
    this.#anchorMs = undefined;
  }

  /** The time of a frame with this presentation time that arrived at `nowMs`. */
  at(mediaTimeMs: number, nowMs: number): CameraTime {
    const expectedMs = this.#anchorMs === undefined ? undefined : this.#anchorMs + mediaTimeMs;
    const anchored = expectedMs === undefined || Math.abs(nowMs + this.aheadMs - expectedMs) > DRIFT_MS;
    if (anchored) {
      const leadMs = Math.max(0, this.#lastMs - nowMs);
      // A stream that runs fast waits for the clock; only a clock that went back is run ahead of.
      const keepsLead = expectedMs !== undefined && nowMs >= this.#cameAtMs;
      this.aheadMs = keepsLead ? Math.min(this.aheadMs, leadMs) : leadMs;
      this.#anchorMs = nowMs + this.aheadMs - mediaTimeMs;
    }
    this.#cameAtMs = nowMs;
    return { capturedAtMs: this.later((this.#anchorMs ?? nowMs) + mediaTimeMs), anchored };
  }

  /** The time of a record without a presentation time. */
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
