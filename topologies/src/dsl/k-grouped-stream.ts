import { keyValueStore, type StoreOptions, type Topology, timestamped } from '@sightline/processors/runtime';
import type { Serde } from '@sightline/schemas/topic';
import { CogroupedKStream, type CogroupedPart } from './cogrouped-stream.ts';
import { type Aggregator, aggregating, counting, type Fold, reducing } from './fold.ts';
import { KTable } from './k-table.ts';
import { int64, needed, type Serdes } from './serdes.ts';
import { StreamAggregate } from './stream-aggregate.ts';
import { storedValues } from './table-source.ts';
import { SessionWindowedStream, TimeWindowedStream } from './windowed-stream.ts';
import type { SessionWindows, SlidingWindows, TimeWindows } from './windows.ts';

/** A stream whose records of one key are together: they can be aggregated. Results lie in the state store `<name>`. */
export class KGroupedStream<K, V> {
  readonly #topology: Topology;
  readonly #node: string;
  readonly #serdes: Serdes<K, V>;

  constructor(topology: Topology, node: string, serdes: Serdes<K, V>) {
    this.#topology = topology;
    this.#node = node;
    this.#serdes = serdes;
  }

  count(name: string, options: StoreOptions = {}): KTable<K, number> {
    return this.#fold(name, counting as Fold<K, V, number>, int64, options);
  }

  /** The first record of a key is its first result. */
  reduce(
    name: string,
    reduce: (one: V, other: V) => V,
    options: StoreOptions & { readonly value?: Serde<V> } = {},
  ): KTable<K, V> {
    return this.#fold(name, reducing(reduce), needed(options.value ?? this.#serdes.value, name, 'values'), options);
  }

  /** `add` makes another aggregate and leaves the one it is given as it is; null deletes it. */
  aggregate<A>(
    name: string,
    initial: () => A,
    add: Aggregator<K, V, A>,
    options: StoreOptions & { readonly value: Serde<A> },
  ): KTable<K, A> {
    return this.#fold(name, aggregating(initial, add), options.value, options);
  }

  /** `name`: of the node and of the state store. */
  windowedBy(name: string, windows: TimeWindows | SlidingWindows): TimeWindowedStream<K, V>;
  windowedBy(name: string, windows: SessionWindows): SessionWindowedStream<K, V>;
  windowedBy(
    name: string,
    windows: TimeWindows | SlidingWindows | SessionWindows,
  ): TimeWindowedStream<K, V> | SessionWindowedStream<K, V> {
    const grouped = { topology: this.#topology, node: this.#node, serdes: this.#serdes, name };
    return windows.kind === 'session'
      ? new SessionWindowedStream(grouped, windows)
      : new TimeWindowedStream(grouped, windows);
  }

  /** Together with other streams into one aggregate: see `CogroupedKStream`. */
  cogroup<A>(add: Aggregator<K, V, A>): CogroupedKStream<K, A> {
    return new CogroupedKStream([this.partOf(add)]);
  }

  partOf<A>(add: Aggregator<K, V, A>): CogroupedPart<K, A> {
    return { topology: this.#topology, node: this.#node, key: this.#serdes.key, add };
  }

  #fold<A>(name: string, fold: Fold<K, V, A>, value: Serde<A>, options: StoreOptions): KTable<K, A> {
    const key = needed(this.#serdes.key, name, 'keys');
    const store = keyValueStore(name, key, timestamped(value), options);
    this.#topology.addStateStore(store);
    this.#topology.addProcessor(name, () => new StreamAggregate(store, fold), [this.#node], [name]);
    return new KTable({ topology: this.#topology, node: name, key, value, valueGetter: storedValues(name) });
  }
}
