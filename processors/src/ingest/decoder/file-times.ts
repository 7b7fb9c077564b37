import type { Gap } from './protocol.ts';

/** Duration of a frame of a stream that does not tell it. */
const FRAME_MS = 40;
/** The stream's average duration of a frame counts its gaps, too. */
const FRAME_AT_MOST_MS = 1_000;
/** A jump longer than this and than some frames is a gap. */
const GAP_MS = 10_000;
const GAP_FRAMES = 5;
/**
 * Up to this position gaps keep their length: ingest takes no times that are more than a day ahead of the clock. A
 * position up to it is also the one in the file, so that it can be found there.
 */
export const TRUE_UP_TO_MS = 20 * 3_600_000;
/** A gap beyond that position counts as long as this, which ends every run. */
const SHORTENED_GAP_MS = 60_000;
/** A time that goes back by less is a wrong time; by more, the clock of the recording began anew. */
const BEGINS_ANEW_MS = 1_000;

/**
 * Times of a recording's frames in order of presentation, in ms since the first frame. They never go back. They are
 * those of the file, except after its clock began anew, and after a gap that is too long.
 */
export class FileTimes {
  readonly #frameMs: number;
  #stepMs: number | undefined;
  #offsetMs = 0;
  #lastMs: number | undefined;
  #sought = false;
  /** The gap before the last frame; undefined: none. */
  gap: Gap | undefined;

  /** `frameMs`: duration of a frame according to the stream; undefined: it does not tell. */
  constructor(frameMs: number | undefined) {
    this.#frameMs = frameMs ?? FRAME_MS;
  }

  /** The next frame is another than the one after the last: its time stands as it is. */
  sought(): void {
    this.#lastMs = 0;
    this.#sought = true;
  }

  /** `positionMs`: the next frame's time in the file since the first frame; undefined: it has none. */
  next(positionMs: number | undefined): number {
    this.gap = undefined;
    const lastMs = this.#lastMs;
    if (lastMs === undefined) return this.#at(0);
    if (positionMs === undefined) return this.#at(lastMs + this.#usualMs);
    const jumpMs = positionMs + this.#offsetMs - lastMs;
    if (this.#sought) this.#sought = false;
    else if (jumpMs <= -BEGINS_ANEW_MS) this.#offsetMs += this.#usualMs - jumpMs;
    else if (jumpMs > GAP_MS && jumpMs > GAP_FRAMES * (this.#stepMs ?? this.#frameMs)) this.#pass(lastMs, jumpMs);
    else if (jumpMs > 0) this.#stepMs = jumpMs;
    return this.#at(Math.max(lastMs, positionMs + this.#offsetMs));
  }

  #pass(lastMs: number, gapMs: number): void {
    const countsMs = lastMs + gapMs > TRUE_UP_TO_MS ? SHORTENED_GAP_MS : gapMs;
    this.#offsetMs -= gapMs - countsMs;
    this.gap = { gapMs, countsMs };
  }

  get #usualMs(): number {
    return this.#stepMs ?? Math.min(this.#frameMs, FRAME_AT_MOST_MS);
  }

  #at(timeMs: number): number {
    this.#lastMs = timeMs;
    return timeMs;
  }
}
