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
import type { TimeWindows } from './windows.ts';

export type TimeWindowAggregation<K, V, A> = WindowAggregation<
  K,
  TimeWindows,
  Fold<K, V, A>,
  WindowStoreBuilder<K, ValueAndTimestamp<A>>
>;

/**
 * Tumbling and hopping windows (KStreamWindowAggregate of Kafka Streams 4.3). A window is closed when its end is not
 * above time - grace. A record moves time before its own lateness is decided. Closed windows are emitted before the
 * record enters its own windows, by start, then key.
 */
export class TimeWindowAggregate<K, V, A> implements Processor<K, V, unknown, unknown> {
  readonly #aggregation: TimeWindowAggregation<K, V, A>;
  readonly #fold: Fold<K, V, A>;
  readonly #sizeMs: number;
  readonly #advanceMs: number;
  readonly #graceMs: number;
  #context: ProcessorContext<unknown, unknown> | undefined;
  #store: WindowStore<K, ValueAndTimestamp<A>> | undefined;
  #time: ClosedTime<K> | undefined;
  #output: WindowOutput<K, V, A> | undefined;

  constructor(aggregation: TimeWindowAggregation<K, V, A>) {
    const { fold, windows } = aggregation;
    this.#aggregation = aggregation;
    this.#fold = fold;
    this.#sizeMs = windows.sizeMs;
    this.#advanceMs = windows.advanceMs;
    this.#graceMs = windows.graceMs;
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
    const { key, timestampMs } = record;
    if (key === null) {
      this.#context?.account('filtered');
      return;
    }
    const closedMs = this.#advance(record);
    const lastMs = timestampMs - (timestampMs % this.#advanceMs);
    let closed = 0;
    let isLate = true;
    for (let startMs = this.#firstStart(timestampMs); startMs <= lastMs; startMs += this.#advanceMs) {
      if (startMs + this.#sizeMs <= closedMs) {
        closed += 1;
        continue;
      }
      isLate = false;
      this.#add(record, startMs);
    }
    if (closed > 0) this.#context?.countDropped(isLate ? closed - 1 : closed);
    if (isLate) this.#output?.tellLate(record);
  }

  /** Windows that would begin below 0 do not exist. */
  #firstStart(timestampMs: number): number {
    const highestMs = timestampMs - this.#sizeMs + this.#advanceMs;
    return highestMs <= 0 ? 0 : highestMs - (highestMs % this.#advanceMs);
  }

  #add(record: StreamRecord<K, V>, startMs: number): void {
    const store = this.#store;
    if (store === undefined) return;
    const { key, headers } = record;
    const stored = store.get(key, startMs);
    const value = this.#fold.add(stored === undefined ? this.#fold.initial() : stored.value, record);
    const timestampMs =
      stored === undefined || stored.timestampMs < record.timestampMs ? record.timestampMs : stored.timestampMs;
    if (value === null) store.delete(key, startMs);
    else store.put(key, { value, timestampMs }, startMs);
    const oldValue = stored === undefined ? null : stored.value;
    this.#output?.update(key, startMs, startMs + this.#sizeMs, value, oldValue, timestampMs, headers);
  }

  /** Moves time and closes windows. Returns the end of the last closed window. */
  #advance(move: TimeMove<K>): number {
    const { key, timestampMs } = move;
    const closedMs = this.#time?.upTo(key) ?? 0;
    const passedMs = timestampMs - this.#graceMs;
    if (passedMs < closedMs + this.#advanceMs) return closedMs;
    const nowClosedMs = this.#lastEnd(passedMs);
    this.#time?.close(key, nowClosedMs);
    this.#close(move, closedMs - this.#sizeMs + 1, nowClosedMs - this.#sizeMs);
    return nowClosedMs;
  }

  /** Moves time without records, only for keys that have windows to close. */
  #advanceKeys({ timestampMs, headers }: TimeMove<K>): void {
    const nowClosedMs = this.#lastEnd(timestampMs - this.#graceMs);
    for (const [window, stored] of this.#ended(0, nowClosedMs - this.#sizeMs)) {
      if ((this.#time?.upTo(window.key) ?? 0) < nowClosedMs) this.#time?.close(window.key, nowClosedMs);
      this.#output?.close(window, stored.value, stored.timestampMs, headers);
      this.#store?.delete(window.key, window.startMs);
    }
  }

  /** End of the last closed window; when none is closed, that of a window before the first. */
  #lastEnd(passedMs: number): number {
    return passedMs - ((passedMs - this.#sizeMs) % this.#advanceMs);
  }

  #close(move: TimeMove<K>, fromMs: number, toMs: number): void {
    if (this.#aggregation.windows.time === 'key') this.#closeOfKey(move, fromMs, toMs);
    else if (this.#output?.wantsClosed) this.#closeOfAll(move, fromMs, toMs);
  }

  #closeOfAll({ headers }: TimeMove<K>, fromMs: number, toMs: number): void {
    for (const [window, { value, timestampMs }] of this.#ended(fromMs, toMs))
      this.#output?.close(window, value, timestampMs, headers);
  }

  /** Windows of all keys that start in the range, by start, then key. */
  #ended(fromMs: number, toMs: number): (readonly [Windowed<K>, ValueAndTimestamp<A>])[] {
    return [...(this.#store?.fetchAll(fromMs, toMs) ?? [])].sort(([a], [b]) => a.startMs - b.startMs);
  }

  /** Retention follows the highest time of all keys, so it cannot delete the windows of a single key. */
  #closeOfKey({ key, headers }: TimeMove<K>, fromMs: number, toMs: number): void {
    for (const [startMs, { value, timestampMs }] of [...(this.#store?.fetch(key, fromMs, toMs) ?? [])]) {
      this.#output?.close({ key, startMs, endMs: startMs + this.#sizeMs }, value, timestampMs, headers);
      this.#store?.delete(key, startMs);
    }
  }
}
