import type { StoreOptions, Topology } from '@sightline/processors/runtime';
import type { Serde } from '@sightline/schemas/topic';
import { int64 } from './serdes.ts';
import type { KGroupedTable, KTable, Streams } from './streams.ts';
import { TableAggregate } from './table-aggregate.ts';
import { addTableStore, storedValues } from './table-source.ts';

export class BuiltGroupedTable<K, V> implements KGroupedTable<K, V> {
  readonly #streams: Streams;
  readonly #topology: Topology;
  readonly #node: string;
  readonly #serdes: { readonly key: Serde<K>; readonly value: Serde<V> };

  /** `node` forwards a `Change<V>` for each change of a group. */
  constructor(
    streams: Streams,
    topology: Topology,
    node: string,
    serdes: { readonly key: Serde<K>; readonly value: Serde<V> },
  ) {
    this.#streams = streams;
    this.#topology = topology;
    this.#node = node;
    this.#serdes = serdes;
  }

  aggregate<VA>(
    name: string,
    initial: () => VA,
    add: (aggregate: VA, value: V, key: K) => VA | null,
    subtract: (aggregate: VA, value: V, key: K) => VA | null,
    options: StoreOptions & { readonly value: Serde<VA> },
  ): KTable<K, VA> {
    const { key } = this.#serdes;
    const { value } = options;
    addTableStore(this.#topology, name, { key, value }, options);
    const supplier = () => new TableAggregate({ store: name, key, initial, add, subtract });
    this.#topology.addProcessor(name, supplier, [this.#node], [name]);
    return this.#streams.table({ topology: this.#topology, node: name, key, value, valueGetter: storedValues(name) });
  }

  reduce(
    name: string,
    add: (sum: V, value: V) => V | null,
    subtract: (sum: V, value: V) => V | null,
    options: StoreOptions = {},
  ): KTable<K, V> {
    const { key, value } = this.#serdes;
    addTableStore(this.#topology, name, { key, value }, options);
    const supplier = () => new TableAggregate<K, V, V>({ store: name, key, initial: undefined, add, subtract });
    this.#topology.addProcessor(name, supplier, [this.#node], [name]);
    return this.#streams.table({ topology: this.#topology, node: name, key, value, valueGetter: storedValues(name) });
  }

  count(name: string, options: StoreOptions = {}): KTable<K, number> {
    return this.aggregate(
      name,
      () => 0,
      count => count + 1,
      count => count - 1,
      { ...options, value: int64 },
    );
  }
}
