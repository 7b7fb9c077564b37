/** A shorter pause has room for no group of pictures. */
const PAUSE_MS = 1_000;
/** A key frame is overdue after this many of the longest distances. */
const OVERDUE = 1.2;

/**
 * Notices lost groups of pictures by their times. The numbers of pictures begin anew at a key frame, so when whole groups
 * are lost with their key frames, the numbers may fit all the same.
 */
export class KeyFrameRhythm {
  #longestMs = 0;
  #keyFrameMs: number | undefined;
  #lastMs: number | undefined;

  /** True: a key frame was due in the pause before this packet, and never came. `streamMs`: the packet's time. */
  missed(streamMs: number, isKeyFrame: boolean): boolean {
    const pauseMs = streamMs - (this.#lastMs ?? streamMs);
    const sinceMs = streamMs - (this.#keyFrameMs ?? streamMs);
    const isSteady = pauseMs >= 0 && pauseMs <= PAUSE_MS;
    this.#lastMs = streamMs;
    if (isKeyFrame && isSteady) this.#longestMs = Math.max(this.#longestMs, sinceMs);
    if (isKeyFrame) this.#keyFrameMs = streamMs;
    else if (!isSteady) this.#keyFrameMs = undefined; // the distance to the next one is none of the rhythm
    return !isKeyFrame && pauseMs > PAUSE_MS && this.#longestMs > 0 && sinceMs > this.#longestMs * OVERDUE;
  }
}
