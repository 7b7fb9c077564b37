/** The pictures a second that a camera may have. Two that come close together are taken when the ones before were late. */
export class PictureRate {
  #dueAtMs = 0;

  /** True when a picture at `nowMs`, of a clock that never goes back, is within `maxFps`. */
  takes(maxFps: number, nowMs: number): boolean {
    const periodMs = 1_000 / maxFps;
    if (nowMs < this.#dueAtMs - periodMs / 2) return false;
    this.#dueAtMs = Math.max(this.#dueAtMs, nowMs) + periodMs;
    return true;
  }
}
