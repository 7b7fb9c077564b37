import type { LogEntries } from '../../log/log-client.ts';
import type { Checkpoint, NameFormat, StoreEngine } from './store-engine.ts';
import { StoreLayers } from './store-layers.ts';

interface ObservedTime {
  /** Highest time ever put; -1 before. */
  readonly observedMs: number;
  readonly sequence: number;
  /** An uncommitted, deleted entry with the highest time: its tombstone carries that time to a restore. */
  readonly peak: string | undefined;
}

/**
 * Layers whose names contain a time. Entries not above (highest time put - retention) are invisible at once, and are
 * deleted with the next transaction, O(expired), so that the changelog gets their tombstones.
 */
export class TimedLayers extends StoreLayers {
  readonly #format: NameFormat;
  readonly #retentionMs: number;
  /** Entries up to here were deleted. */
  #expiredUpToMs = -1;
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

  override get size(): number {
    return super.size - this.namesByTime(-1, this.#borderMs).length;
  }

  /** Numbers duplicates in the order of their puts. Repeats after 2^32. */
  nextSequence(): number {
    const sequence = (this.#time.sequence + 1) >>> 0;
    this.#time = { ...this.#time, sequence };
    return sequence;
  }

  /** Does nothing when `timeMs`, the time in the name, is past retention. */
  putAt(name: string, timeMs: number, value: Buffer): void {
    if (timeMs > this.#time.observedMs) this.#observe(timeMs);
    else if (timeMs <= this.#borderMs) return;
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
    this.#expire();
    this.#time = { ...this.#time, peak: undefined };
    this.#marked = this.#time;
    return super.freeze();
  }

  override restore(entries: LogEntries, checkpoint?: Checkpoint): number {
    const restored = super.restore(entries, checkpoint);
    this.#begin();
    return restored;
  }

  override wipe(): void {
    super.wipe();
    this.#begin();
  }

  #begin(): void {
    this.#time = timeOf(this.engine);
    this.#marked = this.#time;
    this.#expiredUpToMs = -1;
  }

  get #borderMs(): number {
    return this.#time.observedMs - this.#retentionMs;
  }

  #observe(observedMs: number): void {
    const { peak } = this.#time;
    if (peak !== undefined && this.isUncommitted(peak) && this.get(peak) === undefined) this.forget(peak);
    this.#time = { ...this.#time, observedMs, peak: undefined };
  }

  #expire(): void {
    for (const name of this.namesByTime(this.#expiredUpToMs, this.#borderMs)) super.delete(name);
    this.#expiredUpToMs = Math.max(this.#expiredUpToMs, this.#borderMs);
  }
}

function timeOf({ observedMs, sequence }: StoreEngine): ObservedTime {
  return { observedMs, sequence, peak: undefined };
}
