/** A camera that sends nothing for this long is connected anew. */
const SILENT_MS = 5_000;
const SILENT_AT_MOST_MS = 150_000;
/** After this many pictures without a long pause, the camera counts as a quick one again. */
const QUICK_PICTURES = 20;

/**
 * How long a camera may be silent before its connection is given up. Some send one picture a minute. So the time doubles
 * with each connection that gave a picture and was silent then, and is short again when pictures come fast.
 */
export class Patience {
  #pictures = 0;
  #quick = 0;
  #lastMs = 0;
  silentMs = SILENT_MS;

  opened(nowMs: number): void {
    this.#pictures = 0;
    this.#lastMs = nowMs;
  }

  picture(nowMs: number): void {
    this.#quick = nowMs - this.#lastMs < SILENT_MS / 2 ? this.#quick + 1 : 0;
    if (this.#quick >= QUICK_PICTURES) this.silentMs = SILENT_MS;
    this.#pictures++;
    this.#lastMs = nowMs;
  }

  failed(nowMs: number): void {
    const wasSilent = nowMs - this.#lastMs >= this.silentMs * 0.9;
    if (this.#pictures > 0 && this.#quick < QUICK_PICTURES && wasSilent)
      this.silentMs = Math.min(this.silentMs * 2, SILENT_AT_MOST_MS);
    this.#quick = 0;
  }
}
