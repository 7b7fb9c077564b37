const BUCKET_MS = 10_000;
const BUCKETS = 6;

/**
 * How far a live stream is behind: the delay of a frame (arrival minus presentation time) above the least delay of the
 * last minute. A drifting camera clock or a slower network no longer counts after that minute. A decoder that is too
 * slow shows within a second.
 */
export class LagMeter {
  readonly #leastDelays: { readonly startMs: number; delayMs: number }[] = [];

  /** Adds a frame; `nowMs` is any steady clock. Returns the lag in ms, at least 0. */
  take(mediaTimeMs: number, nowMs: number): number {
    const delayMs = nowMs - mediaTimeMs;
    const bucket = this.#leastDelays.at(-1);
    if (bucket === undefined || nowMs - bucket.startMs >= BUCKET_MS) {
      this.#leastDelays.push({ startMs: nowMs, delayMs });
      this.#leastDelays.splice(0, this.#leastDelays.length - BUCKETS);
    } else bucket.delayMs = Math.min(bucket.delayMs, delayMs);
    return delayMs - Math.min(...this.#leastDelays.map(least => least.delayMs));
  }
}
