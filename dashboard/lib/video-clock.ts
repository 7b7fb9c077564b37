/** How late pictures and boxes came is looked at over this long. */
const WINDOW_S = 4;
/** Boxes that come later than pictures by more are not waited for. */
const BOXES_AT_MOST_S = 1.2;
/** What came in one go after a pause does not count. */
const LATE_AT_MOST_S = 1;
const MARGIN_S = 0.03;
/** Further off than this, playing goes on at the right place. */
const SEEK_ABOVE_S = 1;
const HOLD_WITHIN_S = 0.04;
const RATE_PER_S = 0.5;
const RATE_BY_AT_MOST = 0.1;

interface Delay {
  readonly atS: number;
  readonly delayS: number;
}

export type Step = { readonly seekToS: number } | { readonly rate: number };

/**
 * Says where a live video should be played: as near to its newest picture as its boxes allow, so that they are there when
 * their picture is shown. All times in s: `nowS` of the browser, `timeS` of the video.
 */
export class VideoClock {
  #pictures: readonly Delay[] = [];
  #boxes: readonly Delay[] = [];
  #newestS = Number.NEGATIVE_INFINITY;

  /** The video has another clock: what was learnt is void. */
  restart(): void {
    this.#pictures = [];
    this.#boxes = [];
    this.#newestS = Number.NEGATIVE_INFINITY;
  }

  pictureCame(nowS: number, timeS: number): void {
    this.#newestS = Math.max(this.#newestS, timeS);
    this.#pictures = recent([...this.#pictures, { atS: nowS, delayS: nowS - timeS }], nowS);
  }

  boxesCame(nowS: number, timeS: number): void {
    this.#boxes = recent([...this.#boxes, { atS: nowS, delayS: nowS - timeS }], nowS);
  }

  /** What must be shown now, at most the newest picture; undefined before the first one. */
  targetS(nowS: number): number | undefined {
    const least = Math.min(...this.#pictures.map(({ delayS }) => delayS));
    if (!Number.isFinite(least)) return undefined;
    const within = (delays: readonly Delay[], atMostS: number): number =>
      Math.max(least, ...delays.map(({ delayS }) => delayS).filter(delayS => delayS - least <= atMostS));
    const delayS = Math.max(within(this.#pictures, LATE_AT_MOST_S), within(this.#boxes, BOXES_AT_MOST_S));
    return Math.min(this.#newestS, nowS - delayS - MARGIN_S);
  }

  /** How to get there from the time that is shown. */
  step(nowS: number, shownS: number): Step {
    const behindS = (this.targetS(nowS) ?? shownS) - shownS;
    if (Math.abs(behindS) > SEEK_ABOVE_S) return { seekToS: shownS + behindS };
    if (Math.abs(behindS) < HOLD_WITHIN_S) return { rate: 1 };
    return { rate: 1 + Math.max(-RATE_BY_AT_MOST, Math.min(RATE_BY_AT_MOST, behindS * RATE_PER_S)) };
  }
}

const recent = (delays: readonly Delay[], nowS: number): readonly Delay[] =>
  delays.filter(({ atS }) => nowS - atS <= WINDOW_S);
