import { setTimeout as sleep } from 'node:timers/promises';

/** When it is behind by more than this, it restarts the pace instead of hurrying. */
const BEHIND_MS = 1_000;

/**
 * Plays a recording at a given speed. 1 is real time; Infinity does not wait. After a stall (the log was down) it goes
 * on from there at the same speed.
 */
export class Pace {
  readonly #speed: number;
  #startedAtMs: number | undefined;
  #startedAtMediaMs = 0;

  constructor(speed: number) {
    this.#speed = speed;
  }

  /** Waits until a frame of this media time is due; resolves with how late it is, in ms. */
  async until(mediaTimeMs: number, signal: AbortSignal): Promise<number> {
    if (this.#speed === Number.POSITIVE_INFINITY) return 0;
    const nowMs = performance.now();
    if (this.#startedAtMs === undefined) this.#start(nowMs, mediaTimeMs);
    const dueMs = (this.#startedAtMs ?? nowMs) + (mediaTimeMs - this.#startedAtMediaMs) / this.#speed;
    if (dueMs > nowMs) await sleep(dueMs - nowMs, undefined, { signal }).catch(() => {});
    const lateMs = Math.max(0, performance.now() - dueMs);
    if (lateMs > BEHIND_MS) this.#start(performance.now(), mediaTimeMs);
    return lateMs;
  }

  /** The next frame is due at once. */
  restart(): void {
    this.#startedAtMs = undefined;
  }

  #start(nowMs: number, mediaTimeMs: number): void {
    this.#startedAtMs = nowMs;
    this.#startedAtMediaMs = mediaTimeMs;
  }
}
