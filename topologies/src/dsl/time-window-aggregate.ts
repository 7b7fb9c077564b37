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
 * above time - grace; the record at hand moves time before it is judged. Windows are told closed before that record
 * enters its own, by start and then by key.
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

  /** There are no windows that begin below 0. */
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

  /** Moves time and closes windows; answers the end of the last that is closed. */
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

  /** When nothing comes, the keys that have windows to close are all that move. */
  #advanceKeys({ timestampMs, headers }: TimeMove<K>): void {
    const nowClosedMs = this.#lastEnd(timestampMs - this.#graceMs);
    for (const [window, stored] of this.#ended(0, nowClosedMs - this.#sizeMs)) {
      if ((this.#time?.upTo(window.key) ?? 0) < nowClosedMs) this.#time?.close(window.key, nowClosedMs);
      this.#output?.close(window, stored.value, stored.timestampMs, headers);
      this.#store?.delete(window.key, window.startMs);
    }
  }

  /** End of the last window that is over; of a window before the first, when none is. */
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

  /** Windows of all keys that start in the range, by start and then by key. */
  #ended(fromMs: number, toMs: number): (readonly [Windowed<K>, ValueAndTimestamp<A>])[] {
    return [...(this.#store?.fetchAll(fromMs, toMs) ?? [])].sort(([a], [b]) => a.startMs - b.startMs);
  }

  /** Retention goes by the highest time of all keys, so it cannot clear away a single key's windows. */
  #closeOfKey({ key, headers }: TimeMove<K>, fromMs: number, toMs: number): void {
    for (const [startMs, { value, timestampMs }] of [...(this.#store?.fetch(key, fromMs, toMs) ?? [])]) {
      this.#output?.close({ key, startMs, endMs: startMs + this.#sizeMs }, value, timestampMs, headers);
      this.#store?.delete(key, startMs);
    }
  }
}
