import type { ProcessorContext, Topology, ValueAndTimestamp } from '@sightline/processors/runtime';
import type { Serde } from '@sightline/schemas/topic';
import { KGroupedTable } from './k-grouped-table.ts';
import { KStream } from './k-stream.ts';
import { addRepartitionTopic } from './repartition.ts';
import { needed, type Serdes } from './serdes.ts';
import { mapping } from './stateless.ts';
import { type SuppressConfig, suppress } from './suppress.ts';
import { changes, TableRekeying } from './table-grouping.ts';
import { addTableStore, storedValues } from './table-source.ts';
import { FilterStep, MapStep } from './table-steps.ts';
import { tableTableJoin } from './table-table-join.ts';

/** Looks a key up in a table from another node, which must be connected to `stores`. */
export interface ValueGetter<K, V> {
  readonly stores: readonly string[];
  open(context: Pick<ProcessorContext, 'stateStore'>): (key: K) => ValueAndTimestamp<V> | undefined;
}

export interface TableParts<K, V> {
  readonly topology: Topology;
  /** Forwards a `Change<V>` for each change of the table. */
  readonly node: string;
  readonly key: Serde<K> | undefined;
  readonly value: Serde<V> | undefined;
  readonly valueGetter: ValueGetter<K, V>;
  /** Asks the node to fill in `oldValue`; absent: it always does. */
  readonly sendOldValues?: () => void;
}

/** How a step's values are written, and the name of a state store of its own to keep them in, for queries. */
export interface Materialized<V> {
  readonly value?: Serde<V> | undefined;
  readonly store?: string;
}

/** The latest value of each key, and its changes. */
export class KTable<K, V> {
  readonly #parts: TableParts<K, V>;

  constructor(parts: TableParts<K, V>) {
    this.#parts = parts;
  }

  get parts(): TableParts<K, V> {
    return this.#parts;
  }

  /** What stops to match becomes a tombstone, if it was there. */
  filter(nodeName: string, keep: (value: V, key: K) => boolean, options: Materialized<V> = {}): KTable<K, V> {
    const { topology, node, valueGetter } = this.#parts;
    const { key, value, store, stores } = this.#target(nodeName, options, this.#parts.value);
    this.#parts.sendOldValues?.();
    topology.addProcessor(nodeName, () => new FilterStep(keep, store), [node], stores);
    const filtered: ValueGetter<K, V> = {
      stores: valueGetter.stores,
      open(context) {
        const get = valueGetter.open(context);
        return wanted => {
          const found = get(wanted);
          return found !== undefined && keep(found.value, wanted) ? found : undefined;
        };
      },
    };
    return new KTable({
      topology,
      node: nodeName,
      key,
      value,
      valueGetter: store ? storedValues(store.name) : filtered,
    });
  }

  filterNot(nodeName: string, drop: (value: V, key: K) => boolean, options: Materialized<V> = {}): KTable<K, V> {
    return this.filter(nodeName, (value, key) => !drop(value, key), options);
  }

  /** Tombstones stay tombstones; a null from `map` is one. */
  mapValues<VO>(nodeName: string, map: (value: V, key: K) => VO | null, options: Materialized<VO> = {}): KTable<K, VO> {
    const { topology, node, valueGetter, sendOldValues: parentSends } = this.#parts;
    const { key, value, store, stores } = this.#target(nodeName, options);
    const asked = { oldValues: false };
    topology.addProcessor(nodeName, () => new MapStep(map, store, asked), [node], stores);
    const sendOldValues = () => {
      asked.oldValues = true;
      parentSends?.();
    };
    const mapped: ValueGetter<K, VO> = {
      stores: valueGetter.stores,
      open(context) {
        const get = valueGetter.open(context);
        return wanted => {
          const found = get(wanted);
          const made = found === undefined ? null : map(found.value, wanted);
          return found === undefined || made === null ? undefined : { value: made, timestampMs: found.timestampMs };
        };
      },
    };
    if (store) return new KTable({ topology, node: nodeName, key, value, valueGetter: storedValues(store.name) });
    return new KTable({ topology, node: nodeName, key, value, valueGetter: mapped, sendOldValues });
  }

  /** The new values, as they come; null where a key was deleted. */
  toStream(nodeName: string): KStream<K, V | null> {
    const { topology, node, key, value } = this.#parts;
    topology.addProcessor(nodeName, newValues, [node]);
    return new KStream(topology, nodeName, { key, value } as Serdes<NonNullable<K>, NonNullable<V>>);
  }

  /**
   * By a key that follows from key and value, through `<nodeName>-repartition`: a value that moves is subtracted there
   * and added here. A null key or value belongs to no group.
   */
  groupBy<KO, VO>(
    nodeName: string,
    pairOf: (key: K, value: V) => readonly [key: KO | null, value: VO | null],
    serdes: { readonly key: Serde<KO>; readonly value: Serde<VO> },
  ): KGroupedTable<KO, VO> {
    const { topology, node, sendOldValues } = this.#parts;
    sendOldValues?.();
    topology.addProcessor(nodeName, () => new TableRekeying(pairOf, serdes.key), [node]);
    const grouped = { key: serdes.key, value: changes(serdes.value) };
    return new KGroupedTable(topology, addRepartitionTopic(topology, nodeName, nodeName, grouped), serdes);
  }

  /** Keys that both tables have; `joiner` sees the values of the moment. */
  join<VR, VO>(
    name: string,
    right: KTable<K, VR>,
    joiner: (left: V, right: VR) => VO | null,
    options: Materialized<VO> = {},
  ): KTable<K, VO> {
    // biome-ignore format: one line each
    return tableTableJoin('inner', name, this.#parts, right.parts, joiner, options);
  }

  /** Keys that this table has. */
  leftJoin<VR, VO>(
    name: string,
    right: KTable<K, VR>,
    joiner: (left: V, right: VR | null) => VO | null,
    options: Materialized<VO> = {},
  ): KTable<K, VO> {
    // biome-ignore format: one line each
    return tableTableJoin('left', name, this.#parts, right.parts, joiner, options);
  }

  /** Keys that either table has. */
  outerJoin<VR, VO>(
    name: string,
    right: KTable<K, VR>,
    joiner: (left: V | null, right: VR | null) => VO | null,
    options: Materialized<VO> = {},
  ): KTable<K, VO> {
    // biome-ignore format: one line each
    return tableTableJoin('outer', name, this.#parts, right.parts, joiner, options);
  }

  /** Holds changes back, as `config` says: until their window closes, or for a time. */
  suppress(nodeName: string, config: SuppressConfig): KTable<K, V> {
    this.#parts.sendOldValues?.();
    return suppress(this.#parts, nodeName, config);
  }

  #target<VO>(nodeName: string, { store, value }: Materialized<VO>, inherited?: Serde<VO>) {
    const { topology, key } = this.#parts;
    const serde = value ?? inherited;
    if (store === undefined) return { key, value: serde, store: undefined, stores: [] };
    const serdes = { key: needed(key, nodeName, 'keys'), value: needed(serde, nodeName, 'values') };
    addTableStore(topology, store, serdes);
    return { ...serdes, store: { name: store, key: serdes.key }, stores: [store] };
  }
}

const newValues = <K, V>() =>
  mapping<K, { readonly newValue: V | null }, K, V | null>(({ key, value, timestampMs, headers }) => ({
    key,
    value: value.newValue,
    timestampMs,
    headers,
  }));
