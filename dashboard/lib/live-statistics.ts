export interface LiveStatistics {
  /** Pictures drawn per second over the window. */
  readonly fps: number;
  /** Median of capture to drawn, in ms; null before the first picture. */
  readonly latencyP50Ms: number | null;
  /** 19 of 20 pictures were drawn within this time of their capture. */
  readonly latencyP95Ms: number | null;
}

/** Measures the pictures drawn of one camera over the last `windowMs` of the browser's clock. */
export class LiveMeter {
  readonly #windowMs: number;
  #drawn: { readonly atMs: number; readonly latencyMs: number }[] = [];

  constructor(windowMs = 5000) {
    this.#windowMs = windowMs;
  }

  add(atMs: number, capturedAtMs: number): void {
    this.#drawn.push({ atMs, latencyMs: Math.max(0, atMs - capturedAtMs) });
    this.#forget(atMs);
  }

  read(nowMs: number): LiveStatistics {
    this.#forget(nowMs);
    const latencies = this.#drawn.map(one => one.latencyMs).sort((a, b) => a - b);
    const share = (part: number): number | null => latencies[Math.floor((latencies.length - 1) * part)] ?? null;
    return { fps: this.#fps(), latencyP50Ms: share(0.5), latencyP95Ms: share(0.95) };
  }

  /** Intervals, not pictures, over the time between the first and the last; at least a second, or two make a burst. */
  #fps(): number {
    const first = this.#drawn[0];
    const last = this.#drawn.at(-1);
    if (!first || !last || first === last) return 0;
    return ((this.#drawn.length - 1) * 1000) / Math.max(1000, last.atMs - first.atMs);
  }

  #forget(nowMs: number): void {
    this.#drawn = this.#drawn.filter(one => nowMs - one.atMs <= this.#windowMs);
  }
}
