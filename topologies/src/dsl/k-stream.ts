import type { AnyStoreBuilder, ProcessorSupplier, SinkPartition, StreamRecord } from '@sightline/processors/runtime';
import type { AnyTopic, Serde } from '@sightline/schemas/topic';
import { GlobalKTable } from './global-table.ts';
import type { JoinWindow } from './join-window.ts';
import { BuiltGroupedStream } from './k-grouped-stream.ts';
import type { Joiner, JoinKind, JoinSerdes, KeyHistory, StreamParts } from './parts.ts';
import { repartition } from './repartition.ts';
import { needed, type Serdes, type SinkTopic } from './serdes.ts';
import {
  branching,
  filtering,
  flatMapping,
  flatMappingValues,
  keying,
  mapping,
  mappingValues,
  passing,
  peeking,
} from './stateless.ts';
import { streamStreamJoin } from './stream-stream-join.ts';
import { globalTableJoin, streamTableJoin } from './stream-table-join.ts';
import type { Keyed, KGroupedStream, KStream, KTable, Streams } from './streams.ts';
import { tableOf } from './table-source.ts';

type Values<V> = NonNullable<V>;
type Records<K, V> = StreamRecord<K, V>;
type AnyJoiner<K> = Joiner<K, never, never, never>;
type Joined<K> = Keyed<K, unknown> | KTable<NonNullable<K>, unknown> | GlobalKTable<unknown, unknown>;

/** A stream as a node of the topology that is being built. */
export class BuiltStream<K, V> implements KStream<K, V> {
  readonly parts: StreamParts<K, V>;
  readonly #streams: Streams;
  #meeting: StreamParts<K, V> | undefined;

  constructor(streams: Streams, parts: StreamParts<K, V>) {
    this.#streams = streams;
    this.parts = parts;
  }

  process<KO, VO>(
    nodeName: string,
    supplier: ProcessorSupplier<K, V, KO, VO>,
    stores: readonly (string | AnyStoreBuilder)[] = [],
    serdes: Serdes<NonNullable<KO>, NonNullable<VO>> = {},
  ): KStream<KO, VO> {
    for (const store of stores) if (typeof store !== 'string') this.parts.topology.addStateStore(store);
    const names = stores.map(store => (typeof store === 'string' ? store : store.name));
    return this.#rekeyed(nodeName, supplier, serdes, names);
  }

  processValues<VO>(
    nodeName: string,
    supplier: ProcessorSupplier<K, V, K, VO>,
    stores: readonly (string | AnyStoreBuilder)[] = [],
    value?: Serde<Values<VO>>,
  ): KStream<K, VO> {
    const { rekeyedBy } = this.parts;
    const { parts } = this.process(nodeName, supplier, stores, { key: this.parts.serdes.key, value });
    return this.#at(nodeName, parts.serdes, { rekeyedBy });
  }

  to(
    nodeName: string,
    topic: SinkTopic<NonNullable<K>, NonNullable<V>>,
    options: { readonly partition?: SinkPartition } = {},
  ): void {
    const usual = this.parts.rekeyedBy === undefined ? {} : { partition: 'by-key' as const };
    this.parts.topology.addSink(nodeName, topic as AnyTopic, [this.parts.node], { ...usual, ...options });
  }

  filter<R extends V>(nodeName: string, keep: (record: Records<K, V>) => record is Records<K, R>): KStream<K, R>;
  filter(nodeName: string, keep: (record: Records<K, V>) => boolean): KStream<K, V>;
  filter(nodeName: string, keep: (record: Records<K, V>) => boolean): KStream<K, V> {
    return this.#same(nodeName, () => filtering(keep));
  }

  mapValues<VO>(
    nodeName: string,
    map: (value: V, record: Records<K, V>) => VO,
    value?: Serde<Values<VO>>,
  ): KStream<K, VO> {
    return this.#keyed(nodeName, () => mappingValues(map), value);
  }

  flatMapValues<VO>(
    nodeName: string,
    map: (value: V, record: Records<K, V>) => Iterable<VO>,
    value?: Serde<Values<VO>>,
  ): KStream<K, VO> {
    return this.#keyed(nodeName, () => flatMappingValues(map), value);
  }

  map<KO, VO>(
    nodeName: string,
    map: (record: Records<K, V>) => Records<KO, VO>,
    serdes: Serdes<NonNullable<KO>, Values<VO>> = {},
  ): KStream<KO, VO> {
    return this.#rekeyed(nodeName, () => mapping(map), serdes);
  }

  flatMap<KO, VO>(
    nodeName: string,
    map: (record: Records<K, V>) => Iterable<Records<KO, VO>>,
    serdes: Serdes<NonNullable<KO>, Values<VO>> = {},
  ): KStream<KO, VO> {
    return this.#rekeyed(nodeName, () => flatMapping(map), serdes);
  }

  selectKey<KO>(nodeName: string, keyOf: (record: Records<K, V>) => KO, key?: Serde<NonNullable<KO>>): KStream<KO, V> {
    return this.#rekeyed(nodeName, () => keying(keyOf), { key, value: this.parts.serdes.value });
  }

  peek(nodeName: string, look: (record: Records<K, V>) => void): KStream<K, V> {
    return this.#same(nodeName, () => peeking(look));
  }

  merge(nodeName: string, other: KStream<K, V>): KStream<K, V> {
    this.parts.topology.addProcessor(nodeName, passing, [this.parts.node, other.parts.node]);
    const isRekeyed = (this.parts.rekeyedBy ?? other.parts.rekeyedBy) !== undefined;
    const passed = [...(this.parts.passed ?? []), ...(other.parts.passed ?? [])];
    const [one, two] = [this.parts.serdes, other.parts.serdes];
    const serdes = { key: alike(one.key, two.key), value: alike(one.value, two.value) };
    return this.#at(nodeName, serdes, { passed, rekeyedBy: isRekeyed ? nodeName : undefined });
  }

  branch<B extends string, D extends string = never>(
    nodeName: string,
    branches: Readonly<Record<B, (record: Records<K, V>) => boolean>>,
    otherwise?: D,
  ): Readonly<Record<B | D, KStream<K, V>>> {
    const names = Object.keys(branches) as B[];
    const child = (branch: B | D) => `${nodeName}-${branch}`;
    const takers = names.map(branch => [child(branch), branches[branch]] as const);
    const last = otherwise === undefined ? undefined : child(otherwise);
    this.parts.topology.addProcessor(nodeName, () => branching(takers, last), [this.parts.node]);
    const streams = [...names, ...(otherwise === undefined ? [] : [otherwise])].map(branch => {
      this.parts.topology.addProcessor(child(branch), passing, [nodeName]);
      return [branch, this.#at<K, V>(child(branch), this.parts.serdes)] as const;
    });
    return Object.fromEntries(streams) as unknown as Record<B | D, KStream<K, V>>;
  }

  repartition(
    name: string,
    options: Serdes<NonNullable<K>, NonNullable<V>> & { readonly partitions?: number } = {},
  ): KStream<K, V> {
    return new BuiltStream(this.#streams, this.#through(name, options, options.partitions));
  }

  groupByKey(
    options: Serdes<NonNullable<K>, NonNullable<V>> & { readonly name?: string } = {},
  ): KGroupedStream<NonNullable<K>, NonNullable<V>> {
    return new BuiltGroupedStream(this.#streams, this.#inPlace(options, options.name));
  }

  groupBy<KO>(
    nodeName: string,
    keyOf: (record: Records<K, V>) => NoInfer<KO> | null,
    serdes: { readonly key: Serde<KO>; readonly value?: Serde<Values<V>> },
  ): KGroupedStream<KO, Values<V>> {
    const rekeyed = this.#rekeyed<KO | null, V>(nodeName, () => keying(keyOf), {
      key: serdes.key as Serde<NonNullable<KO>>,
      value: serdes.value ?? this.parts.serdes.value,
    });
    return rekeyed.groupByKey() as unknown as KGroupedStream<KO, Values<V>>;
  }

  toTable(nodeName: string, options: Serdes<NonNullable<K>, Values<V>> = {}): KTable<NonNullable<K>, NonNullable<V>> {
    const { topology, node, serdes } = this.#inPlace(options);
    const key = needed(serdes.key, nodeName, 'keys');
    const value = needed(serdes.value, nodeName, 'values');
    return this.#streams.table(tableOf(topology, node, nodeName, { key, value }));
  }

  join(name: string, other: Joined<K>, ...rest: readonly unknown[]): KStream<K, never> {
    return this.#join('inner', name, other, rest);
  }

  leftJoin(name: string, other: Joined<K>, ...rest: readonly unknown[]): KStream<K, never> {
    return this.#join('left', name, other, rest);
  }

  outerJoin<VR, VO>(
    name: string,
    right: Keyed<K, VR>,
    joiner: Joiner<K, Values<V> | null, Values<VR> | null, VO>,
    window: JoinWindow,
    serdes: JoinSerdes<K, V, VR, VO> = {},
  ): KStream<K, VO> {
    return this.#joinStream('outer', name, right, joiner, window, serdes);
  }

  #join(kind: 'inner' | 'left', name: string, other: Joined<K>, rest: readonly unknown[]): KStream<K, never> {
    if (other instanceof GlobalKTable) {
      const [keyOf, joiner] = rest as [(record: Records<K, V>) => unknown, AnyJoiner<K>];
      return new BuiltStream(this.#streams, globalTableJoin(kind, name, this.parts, other, keyOf, joiner));
    }
    if (other instanceof BuiltStream) {
      const [joiner, window, serdes = {}] = rest as [AnyJoiner<K>, JoinWindow, JoinSerdes<K, V, unknown, never>?];
      return this.#joinStream(kind, name, other, joiner, window, serdes);
    }
    const table = other as KTable<NonNullable<K>, unknown>;
    const [joiner, serdes = {}] = rest as [AnyJoiner<K>, Serdes<NonNullable<K>, NonNullable<V>>?];
    return new BuiltStream(this.#streams, streamTableJoin(kind, name, this.#inPlace(serdes), table.parts, joiner));
  }

  #joinStream<VR, VO>(
    kind: JoinKind,
    name: string,
    right: Keyed<K, VR>,
    joiner: Joiner<K, never, never, VO>,
    window: JoinWindow,
    serdes: JoinSerdes<K, V, VR, VO>,
  ): KStream<K, VO> {
    const { key, result } = serdes;
    const other = right as BuiltStream<K, VR>;
    const sides = {
      left: this.#inPlace({ key, value: serdes.left }),
      right: other.#inPlace({ key, value: serdes.right }),
    };
    return new BuiltStream(this.#streams, streamStreamJoin(kind, name, sides, joiner, window, result));
  }

  #at<KO, VO>(
    node: string,
    serdes: Serdes<NonNullable<KO>, NonNullable<VO>>,
    keys: KeyHistory = {},
  ): BuiltStream<KO, VO> {
    return new BuiltStream(this.#streams, { ...this.parts, ...keys, node, serdes });
  }

  /** Keeps key, value, number and order of records. */
  #same(nodeName: string, supplier: ProcessorSupplier<K, V, K, V>): KStream<K, V> {
    this.parts.topology.addProcessor(nodeName, supplier, [this.parts.node]);
    return this.#at(nodeName, this.parts.serdes);
  }

  #keyed<VO>(
    nodeName: string,
    supplier: ProcessorSupplier<K, V, K, VO>,
    value: Serde<Values<VO>> | undefined,
  ): KStream<K, VO> {
    this.parts.topology.addProcessor(nodeName, supplier, [this.parts.node]);
    return this.#at(nodeName, { key: this.parts.serdes.key, value });
  }

  #rekeyed<KO, VO>(
    nodeName: string,
    supplier: ProcessorSupplier<K, V, KO, VO>,
    serdes: Serdes<NonNullable<KO>, Values<VO>>,
    stores: readonly string[] = [],
  ): KStream<KO, VO> {
    this.parts.topology.addProcessor(nodeName, supplier, [this.parts.node], stores);
    return this.#at(nodeName, serdes, { rekeyedBy: nodeName });
  }

  /** The node where records of one key meet: this one, or one repartition topic for all uses if a step changed keys. */
  #inPlace(given: Serdes<NonNullable<K>, Values<V>>, name?: string): StreamParts<K, V> {
    const serdes = { key: given.key ?? this.parts.serdes.key, value: given.value ?? this.parts.serdes.value };
    const { rekeyedBy } = this.parts;
    if (rekeyedBy === undefined) return { ...this.parts, serdes };
    this.#meeting ??= this.#through(name ?? rekeyedBy, serdes);
    return this.#meeting;
  }

  #through(name: string, given: Serdes<NonNullable<K>, Values<V>>, partitions?: number): StreamParts<K, V> {
    const serdes = { key: given.key ?? this.parts.serdes.key, value: given.value ?? this.parts.serdes.value };
    const { node, passed } = repartition(this.parts.topology, this.parts.node, name, serdes, partitions);
    return { topology: this.parts.topology, node, serdes, passed: [...(this.parts.passed ?? []), passed] };
  }
}

/** The serde, when both have the same name; else undefined. */
function alike<T>(one: Serde<T> | undefined, other: Serde<T> | undefined): Serde<T> | undefined {
  return one?.name === other?.name ? one : undefined;
}
