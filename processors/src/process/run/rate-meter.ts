const SPAN_MS = 5_000;

/** How often something happened over the last 5 s. */
export class RateMeter {
  #times: number[] = [];

  count(nowMs: number): void {
    this.#times.push(nowMs);
    this.#forget(nowMs);
  }

  perSecond(nowMs: number): number {
    this.#forget(nowMs);
    return this.#times.length / (SPAN_MS / 1_000);
  }

  #forget(nowMs: number): void {
    const first = this.#times.findIndex(time => time > nowMs - SPAN_MS);
    this.#times.splice(0, first === -1 ? this.#times.length : first);
  }
}
