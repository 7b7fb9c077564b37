import type {
  Processor,
  ProcessorContext,
  StreamRecord,
  ValueAndTimestamp,
  Windowed,
  WindowStore,
  WindowStoreBuilder,
} from '@sightline/processors/runtime';
import type { Fold } from './fold.ts';
import { onIdleTime, type TimeMove, type WindowAggregation, WindowOutput } from './window-output.ts';
import type { ClosedTime } from './window-time.ts';
import type { SlidingWindows } from './windows.ts';

export type SlidingAggregation<K, V, A> = WindowAggregation<
  K,
  SlidingWindows,
  Fold<K, V, A>,
  WindowStoreBuilder<K, ValueAndTimestamp<A>>
>;

/** What a key's stored windows tell about a new record of the key. */
interface Neighbours<A> {
  readonly starts: Set<number>;
  /** Time of the record before it. */
  previousMs?: number;
  /** Aggregate of the window before its own. */
  left?: ValueAndTimestamp<A>;
  /** Aggregate of a window that contains it and reaches beyond it. */
  right?: ValueAndTimestamp<A>;
  hasOwn: boolean;
  /** True: records of this time exist already. */
  isKnownTime: boolean;
}

/**
 * Sliding windows (KStreamSlidingWindowAggregate of Kafka Streams 4.3). A record makes the window that ends with it. If
 * a later record is within the difference, it also makes the window that begins 1 ms after it. Records at times below
 * the difference share the window that begins at 0. A window is closed when its end is below time - grace.
 */
export class SlidingWindowAggregate<K, V, A> implements Processor<K, V, unknown, unknown> {
  readonly #aggregation: SlidingAggregation<K, V, A>;
  readonly #differenceMs: number;
  #context: ProcessorContext<unknown, unknown> | undefined;
  #store: WindowStore<K, ValueAndTimestamp<A>> | undefined;
  #time: ClosedTime<K> | undefined;
  #output: WindowOutput<K, V, A> | undefined;
  #closedMs = -1;

  constructor(aggregation: SlidingAggregation<K, V, A>) {
    this.#aggregation = aggregation;
    this.#differenceMs = aggregation.windows.timeDifferenceMs;
  }

  init(context: ProcessorContext<unknown, unknown>): void {
    const { name, windows, store, closedTime, uses } = this.#aggregation;
    this.#context = context;
    this.#store = context.stateStore(store);
    this.#time = closedTime.open(context);
    this.#output = new WindowOutput(context, name, store.key, uses);
    onIdleTime<K>(context, move => (windows.time === 'task' ? this.#advance(move) : this.#advanceKeys(move)));
  }

  process(record: StreamRecord<K, V>): void {
    if (record.key === null || record.value === null) {
      this.#context?.account('filtered');
      return;
    }
    this.#closedMs = this.#advance(record);
    if (record.timestampMs + this.#differenceMs <= this.#closedMs) this.#output?.tellLate(record);
    else if (record.timestampMs < this.#differenceMs) this.#addEarly(record);
    else this.#add(record);
  }

  #add(record: StreamRecord<K, V>): void {
    const { timestampMs } = record;
    const near = this.#enterWindows(record);
    if (near.isKnownTime) return;
    const { previousMs } = near;
    if (previousMs !== undefined && previousMs + 1 + this.#differenceMs >= timestampMs)
      this.#makeRightOfPrevious(record, near, previousMs);
    if (!near.hasOwn) {
      const isEmpty = previousMs === undefined || previousMs < timestampMs - this.#differenceMs;
      const base = isEmpty || near.left === undefined ? undefined : { value: near.left.value, timestampMs };
      this.#put(record, timestampMs - this.#differenceMs, base, null);
    }
    this.#makeRight(record, near);
  }

  /** Adds the record to the existing windows, latest first. */
  #enterWindows(record: StreamRecord<K, V>): Neighbours<A> {
    const { timestampMs } = record;
    const near: Neighbours<A> = { starts: new Set(), hasOwn: false, isKnownTime: false };
    for (const [startMs, aggregate] of this.#windows(record, Math.max(0, timestampMs - 2 * this.#differenceMs), true)) {
      near.starts.add(startMs);
      const endMs = startMs + this.#differenceMs;
      if (startMs === timestampMs + 1) continue;
      if (endMs < timestampMs) {
        near.left = aggregate;
        near.previousMs = aggregate.timestampMs;
        break;
      }
      if (endMs > timestampMs) near.right ??= aggregate;
      this.#put(record, startMs, aggregate, aggregate.value);
      if (endMs > timestampMs) continue;
      near.hasOwn = true;
      if (aggregate.timestampMs < timestampMs) near.previousMs = aggregate.timestampMs;
      else {
        near.isKnownTime = true;
        break;
      }
    }
    return near;
  }

  /** For a record whose window would begin below 0. */
  #addEarly(record: StreamRecord<K, V>): void {
    const { timestampMs } = record;
    const near: Neighbours<A> = { starts: new Set(), hasOwn: true, isKnownTime: false };
    let combined: ValueAndTimestamp<A> | undefined;
    for (const [startMs, aggregate] of this.#windows(record, 0, false)) {
      near.starts.add(startMs);
      if (startMs === 0) {
        combined = aggregate;
        if (aggregate.timestampMs < timestampMs) near.previousMs = aggregate.timestampMs;
      } else if (startMs <= timestampMs) {
        near.right = aggregate;
        this.#put(record, startMs, aggregate, aggregate.value);
      }
    }
    if (near.right === undefined && combined !== undefined && combined.timestampMs > timestampMs) near.right = combined;
    this.#makeRight(record, near);
    if (near.previousMs !== undefined) this.#makeRightOfPrevious(record, near, near.previousMs);
    this.#put(record, 0, combined, combined === undefined ? null : combined.value);
  }

  /** The windows of the record's key that contain it or show its neighbours; the last one is the one right of it. */
  #windows({ key, timestampMs }: StreamRecord<K, V>, fromMs: number, backward: boolean) {
    return [...(this.#store?.fetch(key, fromMs, timestampMs + 1, { backward }) ?? [])];
  }

  /**
   * The window that begins after the record, if later records are within the difference; its content is already known.
   */
  #makeRight({ key, timestampMs, headers }: StreamRecord<K, V>, { right, starts }: Neighbours<A>): void {
    const startMs = timestampMs + 1;
    if (right === undefined || right.timestampMs <= timestampMs || starts.has(startMs)) return;
    this.#store?.put(key, right, startMs);
    this.#output?.update(key, startMs, startMs + this.#differenceMs, right.value, null, right.timestampMs, headers);
  }

  /** The window that begins after the previous record and contains this one. */
  #makeRightOfPrevious(record: StreamRecord<K, V>, { starts }: Neighbours<A>, previousMs: number): void {
    if (!starts.has(previousMs + 1)) this.#put(record, previousMs + 1, undefined, null);
  }

  /** `base`: the aggregate to which the record is added. `oldValue`: the present aggregate of this window. */
  #put(record: StreamRecord<K, V>, startMs: number, base: ValueAndTimestamp<A> | undefined, oldValue: A | null): void {
    const endMs = startMs + this.#differenceMs;
    if (endMs <= this.#closedMs) {
      this.#context?.countDropped(1);
      return;
    }
    const { fold } = this.#aggregation;
    const { key, headers } = record;
    const value = fold.add(base === undefined ? fold.initial() : base.value, record);
    const timestampMs = Math.max(record.timestampMs, base?.timestampMs ?? 0);
    if (value === null) this.#store?.delete(key, startMs);
    else this.#store?.put(key, { value, timestampMs }, startMs);
    this.#output?.update(key, startMs, endMs, value, oldValue, timestampMs, headers);
  }

  /** Moves time and closes windows. Returns the highest end of closed windows. */
  #advance(move: TimeMove<K>): number {
    const { key, timestampMs } = move;
    const { graceMs, time } = this.#aggregation.windows;
    const closedMs = this.#time?.upTo(key) ?? -1;
    const nowClosedMs = timestampMs - graceMs - 1;
    if (nowClosedMs <= closedMs) return closedMs;
    this.#time?.close(key, nowClosedMs);
    if (time === 'key') this.#closeOfKey(move, closedMs, nowClosedMs);
    else if (this.#output?.wantsClosed) this.#closeOfAll(move, closedMs, nowClosedMs);
    return nowClosedMs;
  }

  /** Moves time without records, only for keys that have windows to close. */
  #advanceKeys(move: TimeMove<K>): void {
    const nowClosedMs = move.timestampMs - this.#aggregation.windows.graceMs - 1;
    const ended = this.#ended(0, nowClosedMs - this.#differenceMs);
    const open = ended.filter(([{ key, endMs }]) => endMs > (this.#time?.upTo(key) ?? -1));
    for (const [window, { value, timestampMs }] of open) {
      if ((this.#time?.upTo(window.key) ?? -1) < nowClosedMs) this.#time?.close(window.key, nowClosedMs);
      this.#output?.close(window, value, timestampMs, move.headers);
    }
    for (const [{ key, startMs }] of ended)
      if (startMs <= nowClosedMs - 3 * this.#differenceMs) this.#store?.delete(key, startMs);
  }

  #closeOfAll({ headers }: TimeMove<K>, closedMs: number, nowClosedMs: number): void {
    const fromMs = closedMs - this.#differenceMs + 1;
    for (const [window, { value, timestampMs }] of this.#ended(fromMs, nowClosedMs - this.#differenceMs))
      this.#output?.close(window, value, timestampMs, headers);
  }

  /** Windows of all keys that start in the range, by start, then key. */
  #ended(fromMs: number, toMs: number): (readonly [Windowed<K>, ValueAndTimestamp<A>])[] {
    return [...(this.#store?.fetchAll(fromMs, toMs) ?? [])].sort(([a], [b]) => a.startMs - b.startMs);
  }

  /** Closed windows are kept for twice the difference longer, because the window of a late record builds on them. */
  #closeOfKey({ key, headers }: TimeMove<K>, closedMs: number, nowClosedMs: number): void {
    const toMs = nowClosedMs - this.#differenceMs;
    for (const [startMs, { value, timestampMs }] of [...(this.#store?.fetch(key, 0, toMs) ?? [])]) {
      const endMs = startMs + this.#differenceMs;
      if (endMs > closedMs) this.#output?.close({ key, startMs, endMs }, value, timestampMs, headers);
      if (startMs <= toMs - 2 * this.#differenceMs) this.#store?.delete(key, startMs);
    }
  }
}
