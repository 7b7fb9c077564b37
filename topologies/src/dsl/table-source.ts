import {
  type KeyValueStore,
  keyValueStore,
  type Processor,
  type ProcessorContext,
  type StoreOptions,
  type StreamRecord,
  type Topology,
  timestamped,
  type ValueAndTimestamp,
} from '@sightline/processors/runtime';
import type { Serde } from '@sightline/schemas/topic';
import type { Change } from './change.ts';
import { ChangeForwarder } from './change-forwarder.ts';
import type { TableParts, ValueGetter } from './parts.ts';

/** Serdes and store settings of a table. */
export interface TableSerdes<K, V> {
  readonly key: Serde<K>;
  readonly value: Serde<V>;
}

/** The records that `parent` forwards, as a table in the state store `name`. */
export function tableOf<K, V>(
  topology: Topology,
  parent: string,
  name: string,
  serdes: TableSerdes<K, V>,
  options: StoreOptions = {},
): TableParts<K, V> {
  addTableStore(topology, name, serdes, options);
  topology.addProcessor(name, () => new TableSource<K, V>(name, serdes.key), [parent], [name]);
  return { topology, node: name, ...serdes, valueGetter: storedValues(name) };
}

export function addTableStore<K, V>(
  topology: Topology,
  name: string,
  { key, value }: TableSerdes<K, V>,
  options: StoreOptions = {},
): void {
  topology.addStateStore(keyValueStore(name, key, timestamped(value), options));
}

/** Looks keys up in a table's own state store. */
export function storedValues<K, V>(store: string): ValueGetter<K, V> {
  return {
    stores: [store],
    open(context) {
      const entries = context.stateStore<KeyValueStore<K, ValueAndTimestamp<V>>>(store);
      return key => entries.get(key);
    },
  };
}

/** A table's state store in one task; forwards its changes. */
export class TableStore<K, V> {
  readonly #store: KeyValueStore<K, ValueAndTimestamp<V>>;
  readonly #forwarder: ChangeForwarder<K, V>;

  /** Create it in `init`. */
  constructor(context: ProcessorContext<K, Change<V>>, store: string, key: Serde<K>) {
    this.#store = context.stateStore<KeyValueStore<K, ValueAndTimestamp<V>>>(store);
    this.#forwarder = new ChangeForwarder(context, key);
  }

  /** True when changes are held until a commit. */
  get isCached(): boolean {
    return this.#forwarder.isCached;
  }

  get(key: K): ValueAndTimestamp<V> | undefined {
    return this.#store.get(key);
  }

  /**
   * Stores `newValue`, or deletes the key if it is null. Forwards the change from `old`, with the record's time and
   * headers.
   */
  put(record: StreamRecord<K, unknown>, newValue: V | null, old: V | null, timestampMs = record.timestampMs): void {
    const { key, headers } = record;
    if (newValue !== null) this.#store.put(key, { value: newValue, timestampMs });
    else this.#store.delete(key);
    const changedMs = newValue === null && this.#forwarder.isCached ? record.timestampMs : timestampMs;
    this.#forwarder.forward(key, newValue, old, changedMs, headers);
  }
}

/** Turns records into changes: a null value deletes; an older record also replaces a newer one (KTableSource). */
class TableSource<K, V> implements Processor<K | null, V | null, K, Change<V>> {
  readonly #name: string;
  readonly #key: Serde<K>;
  #context: ProcessorContext<K, Change<V>> | undefined;
  #store: TableStore<K, V> | undefined;

  constructor(store: string, key: Serde<K>) {
    this.#name = store;
    this.#key = key;
  }

  init(context: ProcessorContext<K, Change<V>>): void {
    this.#context = context;
    this.#store = new TableStore(context, this.#name, this.#key);
  }

  process(record: StreamRecord<K | null, V | null>): void {
    if (record.key === null) {
      this.#context?.account('filtered');
      return;
    }
    const old = this.#store?.get(record.key)?.value ?? null;
    this.#store?.put(record as StreamRecord<K, V | null>, record.value, old);
  }
}
