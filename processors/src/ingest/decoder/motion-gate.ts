/** Size of the grey picture for the comparison. */
export const GATE_WIDTH_PX = 64;
export const GATE_HEIGHT_PX = 36;

/** How many cells must differ, and by how much of 255. Less is sensor noise after averaging. */
const CHANGED_CELLS = 2;
const CHANGED_BY = 6;
/** At least one picture in this media time, even in a still scene. */
const REFRESH_MS = 2_000;

/**
 * Decides whether to send a picture: it differs from the last one sent, or that one would become older than 2 s of
 * media time. The comparison is with the picture sent, not with the frame before, so slow changes add up.
 */
export class MotionGate {
  readonly #slotMs: number;
  #sent: Buffer | undefined;
  #sentAtMs = Number.NEGATIVE_INFINITY;

  constructor(slotMs: number) {
    this.#slotMs = slotMs;
  }

  /** `grey`: GATE_WIDTH_PX x GATE_HEIGHT_PX bytes. True: send it; the caller then calls `sent`. */
  opens(grey: Buffer, mediaTimeMs: number): boolean {
    if (this.#sent === undefined || mediaTimeMs + this.#slotMs - this.#sentAtMs > REFRESH_MS) return true;
    let changed = 0;
    for (let cell = 0; cell < grey.length; cell++) {
      const difference = (grey[cell] ?? 0) - (this.#sent[cell] ?? 0);
      if (difference > CHANGED_BY || difference < -CHANGED_BY) changed++;
      if (changed >= CHANGED_CELLS) return true;
    }
    return false;
  }

  sent(grey: Buffer, mediaTimeMs: number): void {
    this.#sent = grey;
    this.#sentAtMs = mediaTimeMs;
  }
}
