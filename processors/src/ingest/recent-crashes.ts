/** A crash counts for this long, so a camera that plays well again shares a decoder again. */
const COUNTS_FOR_MS = 3_600_000;

interface Crashes {
  readonly count: number;
  readonly lastAtMs: number;
}

/** Decoder crashes by camera. Keeps only cameras with a crash within the last hour. */
export class RecentCrashes {
  readonly #byCamera = new Map<string, Crashes>();
  readonly #elapsed: () => number;

  /** `elapsed`: a clock in ms that never goes back. */
  constructor(elapsed: () => number) {
    this.#elapsed = elapsed;
  }

  /** Cameras that are remembered. */
  get size(): number {
    return this.#byCamera.size;
  }

  note(cameraId: string): void {
    const count = this.of(cameraId) + 1;
    this.#byCamera.set(cameraId, { count, lastAtMs: this.#elapsed() });
    for (const [other, crashes] of this.#byCamera) if (!this.#counts(crashes)) this.#byCamera.delete(other);
  }

  /** Crashes of a camera, without an hour between two of them. */
  of(cameraId: string): number {
    const crashes = this.#byCamera.get(cameraId);
    return crashes !== undefined && this.#counts(crashes) ? crashes.count : 0;
  }

  #counts({ lastAtMs }: Crashes): boolean {
    return this.#elapsed() - lastAtMs < COUNTS_FOR_MS;
  }
}
