/** How much per ms a time may follow frames that come late. A camera's clock may be off by less than this. */
const FOLLOWS_BY = 0.06;
/** Of a longer pause, this much counts: the network may have stalled. */
const PAUSE_AT_MOST_MS = 250;
/** A rate this near to real time is trusted. */
const TRUSTED_WITHIN = 0.04;
/** A rate is said when this many windows agree: a busy machine or network does not slow all of them alike. */
const WINDOWS_AGREE = 3;
const AGREE_WITHIN = 0.03;
/** The same for a rate since the last jump, which is measured better the longer it lasts. A smaller one is not said. */
const TOLD_ABOVE = 0.008;
const DRIFT_AGREES_WITHIN = 0.001;
/** A rate is measured between the frames that came fastest at both ends of a window. */
const FIRST_WINDOW_MS = 3_000;
const WINDOW_MS = 10_000;
const WINDOW_FRAMES = 10;
/** Frames that are late for longer are no burst after a stall: the times are wrong. */
const LATE_MS = 300;
const LATE_AT_MOST_MS = 3_000;
/** A step of the times that differs more from the time that passed is a jump. */
const JUMP_MS = 1_000;
const JUMP_TOLD_FOR_MS = 60_000;
/** The first frames of a stream may have no times. */
const UNTIMED_SAID = 15;

/**
 * Times of the frames of a live camera. The stream's times are smoother than the arrival of its packets, but a camera
 * may get them wrong in any way. They are used while they run at the pace of the clock; a rate that is off by a little
 * is followed. Otherwise a frame's time is its arrival. A time is never later than the arrival and never goes back.
 */
export class LiveTimes {
  #firstMs: number | undefined;
  #lastMs = 0;
  #lastCameMs = 0;
  #lastStreamMs: number | undefined;
  /** Added to a time of the stream it gives the time of arrival of a frame that nothing held up. */
  #offsetMs: number | undefined;
  #trusted = false;
  #lateSinceMs: number | undefined;
  #window: RateWindow | undefined;
  /** Rates in the last windows, the newest first; 1 is real time. */
  #rates: readonly number[] = [];
  #drift: RateWindow | undefined;
  /** Rates since the last jump, as measured after the last windows, the newest first. */
  #driftRates: readonly number[] = [];
  #jumpedAtMs = Number.NEGATIVE_INFINITY;
  #jumpMs = 0;
  /** Frames without a time in a row. */
  #untimed = 0;

  /** Time of a frame since the first one, in ms. `streamMs`: its time in the stream, if it has one. */
  take(streamMs: number | undefined, cameMs: number): number {
    const timeMs = streamMs === undefined ? this.#withoutTime(cameMs) : this.#withTime(streamMs, cameMs);
    this.#firstMs ??= timeMs;
    this.#lastMs = Math.max(this.#lastMs, timeMs - this.#firstMs);
    this.#lastCameMs = cameMs;
    return this.#lastMs;
  }

  #withoutTime(cameMs: number): number {
    this.#untimed++;
    this.#lastStreamMs = undefined;
    this.#offsetMs = undefined;
    this.#restart();
    return cameMs;
  }

  #withTime(streamMs: number, cameMs: number): number {
    const delayMs = cameMs - streamMs;
    const stepMs = streamMs - (this.#lastStreamMs ?? streamMs);
    this.#untimed = 0;
    this.#lastStreamMs = streamMs;
    this.#offsetMs ??= delayMs;
    if (stepMs < 0 || delayMs - this.#offsetMs < -JUMP_MS) {
      this.#jumped(stepMs < 0 ? stepMs : this.#offsetMs - delayMs, cameMs);
      this.#offsetMs = delayMs;
    }
    const lateMs = delayMs - this.#offsetMs;
    const sinceMs = Math.min(Math.max(0, cameMs - this.#lastCameMs), PAUSE_AT_MOST_MS);
    this.#offsetMs += Math.min(lateMs, sinceMs * FOLLOWS_BY);
    if (lateMs <= LATE_MS) this.#lateSinceMs = undefined;
    else {
      this.#lateSinceMs ??= cameMs;
      if (cameMs - this.#lateSinceMs > LATE_AT_MOST_MS) this.#trusted = false;
    }
    if (this.#isPaced(delayMs, cameMs)) {
      this.#trusted = true;
      this.#offsetMs = delayMs;
      this.#lateSinceMs = undefined;
    }
    return this.#trusted ? streamMs + this.#offsetMs : cameMs;
  }

  /** The stream has a new clock. */
  #jumped(byMs: number, cameMs: number): void {
    this.#restart();
    this.#jumpedAtMs = cameMs;
    this.#jumpMs = byMs;
  }

  #restart(): void {
    this.#trusted = false;
    this.#window = undefined;
    this.#drift = undefined;
    this.#driftRates = [];
    this.#lateSinceMs = undefined;
  }

  /** Measures the rate. True at the end of a window that shows times to trust, when they were not trusted before. */
  #isPaced(delayMs: number, cameMs: number): boolean {
    this.#drift ??= new RateWindow(cameMs, WINDOW_MS);
    this.#drift.add(cameMs, delayMs);
    this.#window ??= new RateWindow(cameMs, this.#rates.length === 0 ? FIRST_WINDOW_MS : WINDOW_MS);
    if (!this.#window.add(cameMs, delayMs)) return false;
    const { rate } = this.#window;
    this.#window = undefined;
    this.#rates = [rate, ...this.#rates].slice(0, WINDOWS_AGREE);
    this.#driftRates = [this.#drift.rate, ...this.#driftRates].slice(0, WINDOWS_AGREE);
    const paced = Math.abs(rate - 1) <= TRUSTED_WITHIN;
    const begins = paced && !this.#trusted;
    this.#trusted &&= paced;
    return begins;
  }

  /** Pace of the stream's times, 1 is real time; undefined: not measured yet. */
  get rate(): number | undefined {
    return this.#driftRates[0] ?? this.#rates[0];
  }

  /** What is wrong with the camera's times, for a person; null when nothing is. */
  trouble(nowMs: number): string | null {
    if (this.#untimed >= UNTIMED_SAID) return `its stream has no times: ${BY_ARRIVAL}`;
    if (nowMs - this.#jumpedAtMs < JUMP_TOLD_FOR_MS)
      return `the times of its stream jumped by ${seconds(this.#jumpMs)} s: ${BY_ARRIVAL}`;
    const [rate = 1] = this.#rates;
    if (rate < 0.01) return `the times of its stream stand still: ${BY_ARRIVAL}`;
    if (Math.abs(rate - 1) > TRUSTED_WITHIN && agree(this.#rates, AGREE_WITHIN))
      return `the times of its stream run at ${Math.round(rate * 100)} % of real time: ${BY_ARRIVAL}`;
    const [drift = 1] = this.#driftRates;
    return Math.abs(drift - 1) > TOLD_ABOVE && agree(this.#driftRates, DRIFT_AGREES_WITHIN)
      ? `the times of its stream run ${percent(Math.abs(drift - 1))} too ${drift < 1 ? 'slow' : 'fast'}, which is corrected: update its firmware`
      : null;
  }
}

const BY_ARRIVAL = 'update its firmware; arrival times are used';

/** True when all windows say the same. */
const agree = (rates: readonly number[], within: number): boolean =>
  rates.length === WINDOWS_AGREE && Math.max(...rates) - Math.min(...rates) < within;

const seconds = (ms: number): string => (ms / 1_000).toFixed(Math.abs(ms) < 10_000 ? 1 : 0);
const percent = (share: number): string => `${(share * 100).toFixed(1).replace(/\.0$/, '')} %`;

/** Rate of the stream's times between the start and the end of a window of arrivals. */
class RateWindow {
  readonly #startMs: number;
  readonly #lengthMs: number;
  readonly #edgeMs: number;
  readonly #first: Least;
  #last: Least;
  #before: Least | undefined;
  #frames = 0;

  constructor(startMs: number, lengthMs: number) {
    this.#startMs = startMs;
    this.#lengthMs = lengthMs;
    this.#edgeMs = lengthMs / 3;
    this.#first = new Least();
    this.#last = new Least();
  }

  /** Adds a frame by its arrival and delay. True when the window is full. */
  add(cameMs: number, delayMs: number): boolean {
    this.#frames++;
    if (cameMs - this.#startMs <= this.#edgeMs) this.#first.add(cameMs, delayMs);
    else {
      if (cameMs - this.#last.sinceMs > this.#edgeMs) {
        this.#before = this.#last;
        this.#last = new Least();
      }
      this.#last.add(cameMs, delayMs);
    }
    return cameMs - this.#startMs >= this.#lengthMs && this.#frames >= WINDOW_FRAMES;
  }

  get rate(): number {
    const last =
      this.#last.frames < 3 && this.#before !== undefined && this.#before.frames > 0 ? this.#before : this.#last;
    const passedMs = last.atMs - this.#first.atMs;
    return passedMs <= 0 ? 1 : 1 - (last.delayMs - this.#first.delayMs) / passedMs;
  }
}

/** The least delay of some frames. */
class Least {
  sinceMs = Number.POSITIVE_INFINITY;
  atMs = 0;
  delayMs = Number.POSITIVE_INFINITY;
  frames = 0;

  add(cameMs: number, delayMs: number): void {
    this.sinceMs = Math.min(this.sinceMs, cameMs);
    this.frames++;
    if (delayMs > this.delayMs) return;
    this.delayMs = delayMs;
    this.atMs = cameMs;
  }
}
