import type { Serde } from '@sightline/schemas/topic';
import { BuiltGroupedTable } from './k-grouped-table.ts';
import type { Materialized, TableParts, ValueGetter } from './parts.ts';
import { addRepartitionTopic } from './repartition.ts';
import { needed, type Serdes } from './serdes.ts';
import { mapping } from './stateless.ts';
import type { KGroupedTable, KStream, KTable, Streams } from './streams.ts';
import { type SuppressConfig, suppress } from './suppress.ts';
import { changes, TableRekeying } from './table-grouping.ts';
import { addTableStore, storedValues } from './table-source.ts';
import { FilterStep, MapStep } from './table-steps.ts';
import { tableTableJoin } from './table-table-join.ts';

/** A table as a node of the topology that is being built. */
export class BuiltTable<K, V> implements KTable<K, V> {
  readonly parts: TableParts<K, V>;
  readonly #streams: Streams;

  constructor(streams: Streams, parts: TableParts<K, V>) {
    this.#streams = streams;
    this.parts = parts;
  }

  filter(nodeName: string, keep: (value: V, key: K) => boolean, options: Materialized<V> = {}): KTable<K, V> {
    const { topology, node, valueGetter } = this.parts;
    const { key, value, store, stores } = this.#target(nodeName, options, this.parts.value);
    this.parts.sendOldValues?.();
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
    return new BuiltTable(this.#streams, {
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

  mapValues<VO>(nodeName: string, map: (value: V, key: K) => VO | null, options: Materialized<VO> = {}): KTable<K, VO> {
    const { topology, node, valueGetter, sendOldValues: parentSends } = this.parts;
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
    if (store)
      return new BuiltTable(this.#streams, {
        topology,
        node: nodeName,
        key,
        value,
        valueGetter: storedValues(store.name),
      });
    return new BuiltTable(this.#streams, { topology, node: nodeName, key, value, valueGetter: mapped, sendOldValues });
  }

  toStream(nodeName: string): KStream<K, V | null> {
    const { topology, node, key, value } = this.parts;
    topology.addProcessor(nodeName, newValues, [node]);
    const serdes = { key, value } as Serdes<NonNullable<K>, NonNullable<V>>;
    return this.#streams.stream({ topology, node: nodeName, serdes });
  }

  groupBy<KO, VO>(
    nodeName: string,
    pairOf: (key: K, value: V) => readonly [key: KO | null, value: VO | null],
    serdes: { readonly key: Serde<KO>; readonly value: Serde<VO> },
  ): KGroupedTable<KO, VO> {
    const { topology, node, sendOldValues } = this.parts;
    sendOldValues?.();
    topology.addProcessor(nodeName, () => new TableRekeying(pairOf, serdes.key), [node]);
    const grouped = { key: serdes.key, value: changes(serdes.value) };
    const source = addRepartitionTopic(topology, nodeName, nodeName, grouped);
    return new BuiltGroupedTable(this.#streams, topology, source, serdes);
  }

  join<VR, VO>(
    name: string,
    right: KTable<K, VR>,
    joiner: (left: V, right: VR) => VO | null,
    options: Materialized<VO> = {},
  ): KTable<K, VO> {
    return new BuiltTable(this.#streams, tableTableJoin('inner', name, this.parts, right.parts, joiner, options));
  }

  leftJoin<VR, VO>(
    name: string,
    right: KTable<K, VR>,
    joiner: (left: V, right: VR | null) => VO | null,
    options: Materialized<VO> = {},
  ): KTable<K, VO> {
    return new BuiltTable(this.#streams, tableTableJoin('left', name, this.parts, right.parts, joiner, options));
  }

  outerJoin<VR, VO>(
    name: string,
    right: KTable<K, VR>,
    joiner: (left: V | null, right: VR | null) => VO | null,
    options: Materialized<VO> = {},
  ): KTable<K, VO> {
    return new BuiltTable(this.#streams, tableTableJoin('outer', name, this.parts, right.parts, joiner, options));
  }

  suppress(nodeName: string, config: SuppressConfig): KTable<K, V> {
    this.parts.sendOldValues?.();
    return new BuiltTable(this.#streams, suppress(this.parts, nodeName, config));
  }

  #target<VO>(nodeName: string, { store, value }: Materialized<VO>, inherited?: Serde<VO>) {
    const { topology, key } = this.parts;
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
