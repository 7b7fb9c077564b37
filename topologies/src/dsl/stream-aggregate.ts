import {
  type KeyValueStoreBuilder,
  keyValueStore,
  type Processor,
  type ProcessorContext,
  type StoreOptions,
  type StreamRecord,
  timestamped,
  type ValueAndTimestamp,
} from '@sightline/processors/runtime';
import type { Serde } from '@sightline/schemas/topic';
import type { Change } from './change.ts';
import type { Fold } from './fold.ts';
import type { GroupedParts, TableParts } from './parts.ts';
import { needed } from './serdes.ts';
import { storedValues, TableStore } from './table-source.ts';

/** The aggregates of a grouped stream as a table in the state store `name`. */
export function aggregateTable<K, V, A>(
  { topology, node, serdes }: GroupedParts<K, V>,
  name: string,
  fold: Fold<K, V, A>,
  value: Serde<A>,
  options: StoreOptions,
): TableParts<K, A> {
  const key = needed(serdes.key, name, 'keys');
  const store = keyValueStore(name, key, timestamped(value), options);
  topology.addStateStore(store);
  topology.addProcessor(name, () => new StreamAggregate(store, fold), [node], [name]);
  return { topology, node: name, key, value, valueGetter: storedValues(name) };
}

/**
 * One aggregate per key, without windows (KStreamAggregate and KStreamReduce of Kafka Streams 4.3). Skips records
 * without a key or a value. The time of an aggregate is the highest of its records.
 */
class StreamAggregate<K, V, A> implements Processor<K, V, K, Change<A>> {
  readonly #builder: KeyValueStoreBuilder<K, ValueAndTimestamp<A>>;
  readonly #fold: Fold<K, V, A>;
  #context: ProcessorContext<K, Change<A>> | undefined;
  #table: TableStore<K, A> | undefined;

  constructor(builder: KeyValueStoreBuilder<K, ValueAndTimestamp<A>>, fold: Fold<K, V, A>) {
    this.#builder = builder;
    this.#fold = fold;
  }

  init(context: ProcessorContext<K, Change<A>>): void {
    this.#context = context;
    this.#table = new TableStore(context, this.#builder.name, this.#builder.key);
  }

  process(record: StreamRecord<K, V>): void {
    const { key } = record;
    if (key === null || record.value === null) {
      this.#context?.account('filtered');
      return;
    }
    const stored = this.#table?.get(key);
    const aggregate = this.#fold.add(stored === undefined ? this.#fold.initial() : stored.value, record);
    const timestampMs = Math.max(record.timestampMs, stored?.timestampMs ?? 0);
    this.#table?.put(record, aggregate, stored?.value ?? null, timestampMs);
  }
}
