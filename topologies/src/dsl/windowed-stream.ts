import {
  type AnyStoreBuilder,
  sessionStore,
  sessionWindowed,
  type Topology,
  timestamped,
  timeWindowed,
  windowStore,
} from '@sightline/processors/runtime';
import type { Serde } from '@sightline/schemas/topic';
import { type Aggregator, aggregating, counting, type Fold, type MergingFold, reducing } from './fold.ts';
import type { GroupedParts, WindowMaterialized } from './parts.ts';
import { int64, needed } from './serdes.ts';
import { NONE_MS, SessionWindowAggregate } from './session-window-aggregate.ts';
import { SlidingWindowAggregate } from './sliding-window-aggregate.ts';
import type { SessionWindowedStream, Streams, TimeWindowedStream, WindowedAggregate } from './streams.ts';
import { TimeWindowAggregate } from './time-window-aggregate.ts';
import type { ClosedTimeStore } from './window-time.ts';
import { closedTimeStore } from './window-time.ts';
import { sessionGetter, WindowOutputs, windowGetter } from './windowed-aggregate.ts';
import type { SessionWindows, SlidingWindows, TimeWindows, WindowTime } from './windows.ts';

/** A retention without limit: windows by key are deleted one by one. */
const FOR_EVER_MS = Number.MAX_SAFE_INTEGER;

interface Grouped<K, V> extends GroupedParts<K, V> {
  /** Name of the node and of the state store. */
  readonly name: string;
  /** Another time by which windows close; `noneMs` as in `closedTimeStore`. */
  readonly closedTime?: (noneMs: number) => ClosedTimeStore<K>;
}

export class ByTimeWindows<K, V> implements TimeWindowedStream<K, V> {
  readonly #streams: Streams;
  readonly #grouped: Grouped<K, V>;
  readonly #windows: TimeWindows | SlidingWindows;

  constructor(streams: Streams, grouped: Grouped<K, V>, windows: TimeWindows | SlidingWindows) {
    this.#streams = streams;
    this.#grouped = grouped;
    this.#windows = windows;
  }

  count(options: WindowMaterialized = {}): WindowedAggregate<K, V, number> {
    return this.#fold(counting as Fold<K, V, number>, int64, options);
  }

  reduce(
    reduce: (one: V, other: V) => V,
    options: WindowMaterialized & { readonly value?: Serde<V> } = {},
  ): WindowedAggregate<K, V, V> {
    const value = needed(options.value ?? this.#grouped.serdes.value, this.#grouped.name, 'values');
    return this.#fold(reducing(reduce), value, options);
  }

  aggregate<A>(
    initial: () => A,
    add: Aggregator<K, V, A>,
    options: WindowMaterialized & { readonly value: Serde<A> },
  ): WindowedAggregate<K, V, A> {
    return this.#fold(aggregating(initial, add), options.value, options);
  }

  #fold<A>(fold: Fold<K, V, A>, value: Serde<A>, options: WindowMaterialized): WindowedAggregate<K, V, A> {
    const { topology, name, serdes } = this.#grouped;
    const windows = this.#windows;
    const key = needed(serdes.key, name, 'keys');
    const sizeMs = windows.kind === 'time' ? windows.sizeMs : windows.timeDifferenceMs;
    const leastMs = windows.graceMs + (windows.kind === 'time' ? sizeMs : 2 * sizeMs);
    const retentionMs = retentionOf(windows.time, leastMs, options.retentionMs);
    const store = windowStore(name, key, timestamped(value), { ...options, sizeMs, retentionMs });
    const noneMs = windows.kind === 'time' ? windows.sizeMs - windows.advanceMs : -1;
    const closedTime = this.#grouped.closedTime?.(noneMs) ?? closedTimeStore(name, key, windows.time, noneMs);
    const uses = { updates: false, closed: false, late: false };
    const shared = { name, fold, store, closedTime, uses };
    const supplier =
      windows.kind === 'time'
        ? () => new TimeWindowAggregate({ ...shared, windows })
        : () => new SlidingWindowAggregate({ ...shared, windows });
    addAggregate(this.#grouped, supplier, store, closedTime);
    const windowed = timeWindowed(key, sizeMs);
    return new WindowOutputs(this.#streams, {
      ...{ topology, name, serdes, windowed, value, uses },
      valueGetter: windowGetter(name),
      graceMs: windows.time === 'task' ? windows.graceMs : undefined,
    });
  }
}

export class BySessions<K, V> implements SessionWindowedStream<K, V> {
  readonly #streams: Streams;
  readonly #grouped: Grouped<K, V>;
  readonly #windows: SessionWindows;

  constructor(streams: Streams, grouped: Grouped<K, V>, windows: SessionWindows) {
    this.#streams = streams;
    this.#grouped = grouped;
    this.#windows = windows;
  }

  count(options: WindowMaterialized = {}): WindowedAggregate<K, V, number> {
    return this.#fold(counting as MergingFold<K, V, number>, int64, options);
  }

  reduce(
    reduce: (one: V, other: V) => V,
    options: WindowMaterialized & { readonly value?: Serde<V> } = {},
  ): WindowedAggregate<K, V, V> {
    const value = needed(options.value ?? this.#grouped.serdes.value, this.#grouped.name, 'values');
    return this.#fold(reducing(reduce), value, options);
  }

  aggregate<A>(
    initial: () => A,
    add: Aggregator<K, V, A>,
    merge: (one: A, other: A, key: K) => A,
    options: WindowMaterialized & { readonly value: Serde<A> },
  ): WindowedAggregate<K, V, A> {
    const merging = (one: A | undefined, other: A, key: K) => merge(one === undefined ? initial() : one, other, key);
    return this.#fold({ ...aggregating(initial, add), merge: merging }, options.value, options);
  }

  #fold<A>(fold: MergingFold<K, V, A>, value: Serde<A>, options: WindowMaterialized): WindowedAggregate<K, V, A> {
    const { topology, name, serdes } = this.#grouped;
    const windows = this.#windows;
    const key = needed(serdes.key, name, 'keys');
    const openMs = windows.gapMs + windows.graceMs;
    const retentionMs = Math.max(openMs, options.retentionMs ?? 0);
    const extraRetentionMs = windows.time === 'key' ? 0 : retentionMs - openMs;
    // at least 1 ms more than Kafka Streams' minimum: a session at its last moment must still be emitted as closed
    const keptMs = retentionOf(windows.time, Math.max(retentionMs, openMs + 1));
    const store = sessionStore(name, key, value, { ...options, retentionMs: keptMs });
    const closedTime = this.#grouped.closedTime?.(NONE_MS) ?? closedTimeStore(name, key, windows.time, NONE_MS);
    const uses = { updates: false, closed: false, late: false };
    const supplier = () =>
      new SessionWindowAggregate({ name, windows, fold, store, closedTime, uses, extraRetentionMs });
    addAggregate(this.#grouped, supplier, store, closedTime);
    return new WindowOutputs(this.#streams, {
      ...{ topology, name, serdes, windowed: sessionWindowed(key), value, uses },
      valueGetter: sessionGetter(name),
      graceMs: windows.time === 'task' ? windows.graceMs + windows.gapMs : undefined,
    });
  }
}

function retentionOf(time: WindowTime, leastMs: number, wantedMs = leastMs): number {
  return time === 'key' ? FOR_EVER_MS : Math.max(leastMs, wantedMs);
}

function addAggregate<K, V>(
  { topology, name, node }: Grouped<K, V>,
  supplier: Parameters<Topology['addProcessor']>[1],
  store: AnyStoreBuilder,
  closedTime: ClosedTimeStore<K>,
): void {
  topology.addStateStore(store).addStateStore(closedTime.builder);
  topology.addProcessor(name, supplier, [node], [store.name, closedTime.builder.name]);
}
