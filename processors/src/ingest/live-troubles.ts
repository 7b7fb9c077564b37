import { FrozenPicture } from './frozen-picture.ts';
import { Patience } from './patience.ts';

const NO_PICTURE = 'the camera is connected but sends no picture: restart it';
/** Said of a webcam. */
export const NOBODY_SENDS =
  "no browser or program sends this webcam's pictures: open this camera's page on the device with the webcam";
const NO_ANSWER = 'its decoder process does not answer and will be restarted';
/** A connected camera without a picture for this long is down. */
export const SILENT_AFTER_MS = 2_500;

/** What is wrong with a live camera while it is connected. All times are a clock's that never goes back, in ms. */
export class LiveTroubles {
  readonly #noPicture: string;
  readonly #patience = new Patience();
  readonly #frozen = new FrozenPicture();
  #told: string | null = null;
  #lastPictureAtMs = 0;
  /** Time between the last two pictures, when it was long. */
  #pauseMs: number | undefined;

  /** `noPicture`: what to say of a camera that is connected and sends nothing. */
  constructor(noPicture = NO_PICTURE) {
    this.#noPicture = noPicture;
  }

  opened(nowMs: number): void {
    this.#patience.opened(nowMs);
    this.#lastPictureAtMs = nowMs;
    this.#told = null;
  }

  /** The decoder says what is wrong with the stream; null: nothing. */
  told(trouble: string | null): void {
    this.#told = trouble;
  }

  /** `sha256`: of the picture; undefined when it is unchanged. */
  picture(sha256: string | undefined, nowMs: number): void {
    const pauseMs = nowMs - this.#lastPictureAtMs;
    this.#pauseMs = pauseMs >= SILENT_AFTER_MS ? pauseMs : undefined;
    this.#lastPictureAtMs = nowMs;
    this.#patience.picture(nowMs);
    if (sha256 !== undefined) this.#frozen.saw(sha256, nowMs);
  }

  failed(nowMs: number): void {
    this.#patience.failed(nowMs);
  }

  /** How long the camera may be silent before its connection is given up. */
  get silentMs(): number {
    return this.#patience.silentMs;
  }

  /** For a camera whose pictures come; null when nothing is wrong. */
  get hint(): string | null {
    return this.#frozen.trouble ?? this.#told;
  }

  /** Why no picture comes. `answers`: the decoder process gives signs of life. */
  silence(answers: boolean): string {
    if (!answers) return NO_ANSWER;
    if (this.#told !== null) return this.#told;
    if (this.#pauseMs === undefined) return this.#noPicture;
    const seconds = Math.round(this.#pauseMs / 1_000);
    return `the camera sends a picture only every ${seconds} s and is blind in between: raise its frame rate`;
  }
}
