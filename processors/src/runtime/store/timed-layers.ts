import type { Checkpoint, NameFormat, StoreChange, StoreEngine } from './store-engine.ts';
import { StoreLayers } from './store-layers.ts';

interface ObservedTime {
  /** Highest time ever put; -1 before. */
  readonly observedMs: number;
  /** Entries up to here were deleted. */
  readonly expiredUpToMs: number;
  readonly sequence: number;
  /** An uncommitted entry that was deleted but whose time is the highest: its tombstone carries it to a restore. */
  readonly peak: string | undefined;
}

/**
 * Layers whose names hold a time. Entries that are not above (highest time put - retention) are deleted when a put
 * moves that border, O(expired), so their tombstones are in the changelog.
 */
export class TimedLayers extends StoreLayers {
  readonly #format: NameFormat;
  readonly #retentionMs: number;
  #time: ObservedTime;
  #marked: ObservedTime;

  constructor(engine: StoreEngine, format: NameFormat, retentionMs: number) {
    super(engine, format.timeOf);
    this.#format = format;
    this.#retentionMs = retentionMs;
    this.#time = timeOf(engine);
    this.#marked = this.#time;
  }

  override get observedMs(): number {
    return this.#time.observedMs;
  }

  /** Tells duplicates apart: below those put later, above those put before. Repeats after 2^32. */
  nextSequence(): number {
    const sequence = (this.#time.sequence + 1) >>> 0;
    this.#time = { ...this.#time, sequence };
    return sequence;
  }

  /** Does nothing when the time in the name, `timeMs`, is past retention. */
  putAt(name: string, timeMs: number, value: Buffer): void {
    if (timeMs > this.#time.observedMs) this.#observe(timeMs);
    else if (timeMs <= this.#time.observedMs - this.#retentionMs) return;
    super.put(name, value);
  }

  override delete(name: string): void {
    if (this.#format.timeOf(name) !== this.#time.observedMs || !this.isUncommitted(name)) {
      super.delete(name);
      return;
    }
    this.bury(name);
    this.#time = { ...this.#time, peak: name };
  }

  override mark(): void {
    super.mark();
    this.#marked = this.#time;
  }

  override rollback(): void {
    super.rollback();
    this.#time = this.#marked;
  }

  override freeze(): ReturnType<StoreLayers['freeze']> {
    this.#time = { ...this.#time, peak: undefined };
    this.#marked = this.#time;
    return super.freeze();
  }

  override restore(changes: readonly StoreChange[], checkpoint?: Checkpoint): void {
    super.restore(changes, checkpoint);
    this.#time = timeOf(this.engine);
    this.#marked = this.#time;
  }

  override wipe(): void {
    super.wipe();
    this.#time = timeOf(this.engine);
    this.#marked = this.#time;
  }

  #observe(observedMs: number): void {
    const { peak, expiredUpToMs } = this.#time;
    if (peak !== undefined && this.isUncommitted(peak) && this.get(peak) === undefined) this.forget(peak);
    const borderMs = observedMs - this.#retentionMs;
    this.#time = { ...this.#time, observedMs, expiredUpToMs: Math.max(expiredUpToMs, borderMs), peak: undefined };
    if (borderMs >= this.earliestMs) for (const name of this.namesByTime(expiredUpToMs, borderMs)) super.delete(name);
  }
}

function timeOf({ observedMs, sequence }: StoreEngine): ObservedTime {
  return { observedMs, expiredUpToMs: -1, sequence, peak: undefined };
}
