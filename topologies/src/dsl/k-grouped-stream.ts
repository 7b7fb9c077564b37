import type { StoreOptions } from '@sightline/processors/runtime';
import type { Serde } from '@sightline/schemas/topic';
import { Cogrouped } from './cogrouped-stream.ts';
import { type Aggregator, aggregating, counting, type Fold, reducing } from './fold.ts';
import type { CogroupedPart, GroupedParts } from './parts.ts';
import { int64, needed } from './serdes.ts';
import { aggregateTable } from './stream-aggregate.ts';
import type {
  CogroupedKStream,
  KGroupedStream,
  KTable,
  SessionWindowedStream,
  Streams,
  TimeWindowedStream,
} from './streams.ts';
import { BySessions, ByTimeWindows } from './windowed-stream.ts';
import type { SessionWindows, SlidingWindows, TimeWindows } from './windows.ts';

export class BuiltGroupedStream<K, V> implements KGroupedStream<K, V> {
  readonly #streams: Streams;
  readonly #parts: GroupedParts<K, V>;

  constructor(streams: Streams, parts: GroupedParts<K, V>) {
    this.#streams = streams;
    this.#parts = parts;
  }

  count(name: string, options: StoreOptions = {}): KTable<K, number> {
    return this.#fold(name, counting as Fold<K, V, number>, int64, options);
  }

  reduce(
    name: string,
    reduce: (one: V, other: V) => V,
    options: StoreOptions & { readonly value?: Serde<V> } = {},
  ): KTable<K, V> {
    return this.#fold(
      name,
      reducing(reduce),
      needed(options.value ?? this.#parts.serdes.value, name, 'values'),
      options,
    );
  }

  aggregate<A>(
    name: string,
    initial: () => A,
    add: Aggregator<K, V, A>,
    options: StoreOptions & { readonly value: Serde<A> },
  ): KTable<K, A> {
    return this.#fold(name, aggregating(initial, add), options.value, options);
  }

  windowedBy(name: string, windows: TimeWindows | SlidingWindows): TimeWindowedStream<K, V>;
  windowedBy(name: string, windows: SessionWindows): SessionWindowedStream<K, V>;
  windowedBy(
    name: string,
    windows: TimeWindows | SlidingWindows | SessionWindows,
  ): TimeWindowedStream<K, V> | SessionWindowedStream<K, V> {
    const grouped = { ...this.#parts, name };
    return windows.kind === 'session'
      ? new BySessions(this.#streams, grouped, windows)
      : new ByTimeWindows(this.#streams, grouped, windows);
  }

  cogroup<A>(add: Aggregator<K, V, A>): CogroupedKStream<K, A> {
    return new Cogrouped(this.#streams, [this.partOf(add)]);
  }

  partOf<A>(add: Aggregator<K, V, A>): CogroupedPart<K, A> {
    const { topology, node, serdes } = this.#parts;
    return { topology, node, key: serdes.key, add };
  }

  #fold<A>(name: string, fold: Fold<K, V, A>, value: Serde<A>, options: StoreOptions): KTable<K, A> {
    return this.#streams.table(aggregateTable(this.#parts, name, fold, value, options));
  }
}
