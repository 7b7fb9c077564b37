import type {
  AnyStoreBuilder,
  ProcessorSupplier,
  SinkPartition,
  StreamRecord,
  Topology,
} from '@sightline/processors/runtime';
import type { AnyTopic, Serde } from '@sightline/schemas/topic';
import type { GlobalKTable } from './global-table.ts';
import type { JoinWindow } from './join-window.ts';
import { KGroupedStream } from './k-grouped-stream.ts';
import { KTable } from './k-table.ts';
import { type Repartition, repartition } from './repartition.ts';
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
import { type JoinKind, type JoinSerdes, streamStreamJoin } from './stream-stream-join.ts';
import { globalTableJoin, streamTableJoin } from './stream-table-join.ts';
import { tableOf } from './table-source.ts';

type Values<V> = NonNullable<V>;
type Records<K, V> = StreamRecord<K, V>;
/** A join by key sees no null; `key` is null only where an outer join lets a record without one pass. */
export type Joiner<K, VL, VR, VO> = (left: VL, right: VR, key: K) => VO;
/** A stream of the same keys, whether records without one come along or not. */
type Keyed<K, V> = KStream<K, V> | KStream<NonNullable<K>, V> | KStream<NonNullable<K> | null, V>;
type AnyJoiner<K> = Joiner<K, never, never, never>;
type Joined<K> = Keyed<K, unknown> | KTable<NonNullable<K>, unknown> | GlobalKTable<unknown, unknown>;

/** What becomes of a stream's keys on the way to where they must meet. */
export interface KeyHistory {
  /** The step that changed keys since the records were last where their key belongs. */
  readonly rekeyedBy?: string | undefined;
  /** Repartition topics passed so far. */
  readonly passed?: readonly Repartition[] | undefined;
}

export interface StreamParts<K, V> extends KeyHistory {
  readonly topology: Topology;
  /** Forwards the stream's records. */
  readonly node: string;
  readonly serdes: Serdes<NonNullable<K>, NonNullable<V>>;
}

/** Facts in order, of one type of key and value. Every step is a node with a name of the caller's. */
export class KStream<K, V> {
  readonly #topology: Topology;
  readonly #node: string;
  readonly #serdes: Serdes<NonNullable<K>, NonNullable<V>>;
  readonly #history: KeyHistory;
  #meeting: StreamParts<K, V> | undefined;

  constructor(
    topology: Topology,
    node: string,
    serdes: Serdes<NonNullable<K>, NonNullable<V>> = {},
    history: KeyHistory = {},
  ) {
    this.#topology = topology;
    this.#node = node;
    this.#serdes = serdes;
    this.#history = history;
  }

  get parts(): StreamParts<K, V> {
    return { topology: this.#topology, node: this.#node, serdes: this.#serdes, ...this.#history };
  }

  /**
   * A processor of the caller's, with its state stores by builder or by name. It may change keys, so what groups or
   * joins by key after it goes through a repartition topic; `serdes` say how its records are written there.
   */
  process<KO, VO>(
    nodeName: string,
    supplier: ProcessorSupplier<K, V, KO, VO>,
    stores: readonly (string | AnyStoreBuilder)[] = [],
    serdes: Serdes<NonNullable<KO>, NonNullable<VO>> = {},
  ): KStream<KO, VO> {
    for (const store of stores) if (typeof store !== 'string') this.#topology.addStateStore(store);
    const names = stores.map(store => (typeof store === 'string' ? store : store.name));
    return this.#rekeyed(nodeName, supplier, serdes, names);
  }

  /** As `process`, for a processor that forwards the key it was given: nothing goes through a repartition topic for it. */
  processValues<VO>(
    nodeName: string,
    supplier: ProcessorSupplier<K, V, K, VO>,
    stores: readonly (string | AnyStoreBuilder)[] = [],
    value?: Serde<Values<VO>>,
  ): KStream<K, VO> {
    const { rekeyedBy } = this.#history;
    const { parts } = this.process(nodeName, supplier, stores, { key: this.#serdes.key, value });
    return new KStream(this.#topology, nodeName, parts.serdes, { ...this.#history, rekeyedBy });
  }

  /**
   * Writes to a topic of these types: to the task's own partition when the partition counts are equal, or by key, as
   * Kafka Streams always does, when a step changed keys.
   */
  to(
    nodeName: string,
    topic: SinkTopic<NonNullable<K>, NonNullable<V>>,
    options: { readonly partition?: SinkPartition } = {},
  ): void {
    const usual = this.#history.rekeyedBy === undefined ? {} : { partition: 'by-key' as const };
    this.#topology.addSink(nodeName, topic as AnyTopic, [this.#node], { ...usual, ...options });
  }

  filter<R extends V>(nodeName: string, keep: (record: Records<K, V>) => record is Records<K, R>): KStream<K, R>;
  filter(nodeName: string, keep: (record: Records<K, V>) => boolean): KStream<K, V>;
  filter(nodeName: string, keep: (record: Records<K, V>) => boolean): KStream<K, V> {
    return this.#same(nodeName, () => filtering(keep));
  }

  /** Keeps key and time. `value`: how the new values are written where they are grouped or joined. */
  mapValues<VO>(nodeName: string, map: (value: V, record: Records<K, V>) => NoInfer<VO>, value: Serde<VO>): KStream<K, VO>; // biome-ignore format: one line each
  mapValues<VO>(nodeName: string, map: (value: V, record: Records<K, V>) => VO, value?: Serde<Values<VO>>): KStream<K, VO>; // biome-ignore format: one line each
  mapValues<VO>(
    nodeName: string,
    map: (value: V, record: Records<K, V>) => VO,
    value?: Serde<Values<VO>>,
  ): KStream<K, VO> {
    return this.#keyed(nodeName, () => mappingValues(map), value);
  }

  /** Keeps key and time. */
  flatMapValues<VO>(
    nodeName: string,
    map: (value: V, record: Records<K, V>) => Iterable<VO>,
    value?: Serde<Values<VO>>,
  ): KStream<K, VO> {
    return this.#keyed(nodeName, () => flatMappingValues(map), value);
  }

  /** May change the key. The record stays in its partition until it is grouped or joined. */
  map<KO, VO>(
    nodeName: string,
    map: (record: Records<K, V>) => Records<KO, VO>,
    serdes: Serdes<NonNullable<KO>, Values<VO>> = {},
  ): KStream<KO, VO> {
    return this.#rekeyed(nodeName, () => mapping(map), serdes);
  }

  /** May change keys, as `map`. */
  flatMap<KO, VO>(
    nodeName: string,
    map: (record: Records<K, V>) => Iterable<Records<KO, VO>>,
    serdes: Serdes<NonNullable<KO>, Values<VO>> = {},
  ): KStream<KO, VO> {
    return this.#rekeyed(nodeName, () => flatMapping(map), serdes);
  }

  /** `key`: how the new keys are written. */
  selectKey<KO>(nodeName: string, keyOf: (record: Records<K, V>) => NoInfer<KO>, key: Serde<KO>): KStream<KO, V>; // biome-ignore format: one line each
  selectKey<KO>(nodeName: string, keyOf: (record: Records<K, V>) => KO, key?: Serde<NonNullable<KO>>): KStream<KO, V>; // biome-ignore format: one line each
  selectKey<KO>(nodeName: string, keyOf: (record: Records<K, V>) => KO, key?: Serde<NonNullable<KO>>): KStream<KO, V> {
    return this.#rekeyed(nodeName, () => keying(keyOf), { key, value: this.#serdes.value });
  }

  peek(nodeName: string, look: (record: Records<K, V>) => void): KStream<K, V> {
    return this.#same(nodeName, () => peeking(look));
  }

  /** Both streams' records, each in its order. */
  merge(nodeName: string, other: KStream<K, V>): KStream<K, V> {
    this.#topology.addProcessor(nodeName, passing, [this.#node, other.#node]);
    const isRekeyed = (this.#history.rekeyedBy ?? other.#history.rekeyedBy) !== undefined;
    const passed = [...(this.#history.passed ?? []), ...(other.#history.passed ?? [])];
    const serdes = { key: alike(this.#serdes.key, other.#serdes.key), value: alike(this.#serdes.value, other.#serdes.value) }; // biome-ignore format: one pair
    return new KStream(this.#topology, nodeName, serdes, { passed, rekeyedBy: isRekeyed ? nodeName : undefined });
  }

  /**
   * Each record goes to the first branch that takes it, else to `otherwise`, else to none. Branch nodes are named
   * `<nodeName>-<branch>`.
   */
  branch<B extends string, D extends string = never>(
    nodeName: string,
    branches: Readonly<Record<B, (record: Records<K, V>) => boolean>>,
    otherwise?: D,
  ): Readonly<Record<B | D, KStream<K, V>>> {
    const names = Object.keys(branches) as B[];
    const child = (branch: B | D) => `${nodeName}-${branch}`;
    const takers = names.map(branch => [child(branch), branches[branch]] as const);
    const last = otherwise === undefined ? undefined : child(otherwise);
    this.#topology.addProcessor(nodeName, () => branching(takers, last), [this.#node]);
    const streams = [...names, ...(otherwise === undefined ? [] : [otherwise])].map(branch => {
      this.#topology.addProcessor(child(branch), passing, [nodeName]);
      return [branch, new KStream<K, V>(this.#topology, child(branch), this.#serdes, this.#history)] as const;
    });
    return Object.fromEntries(streams) as unknown as Record<B | D, KStream<K, V>>;
  }

  /** Through the topic `<name>-repartition`, by key, whether keys were changed or not; records without key are dropped. */
  repartition(
    name: string,
    options: Serdes<NonNullable<K>, NonNullable<V>> & { readonly partitions?: number } = {},
  ): KStream<K, V> {
    const { topology, node, serdes, ...history } = this.#through(name, options, options.partitions);
    return new KStream(topology, node, serdes, history);
  }

  /** By the key as it is. Where keys were changed: through `<name>-repartition`, named after that step by default. */
  groupByKey(
    options: Serdes<NonNullable<K>, NonNullable<V>> & { readonly name?: string } = {},
  ): KGroupedStream<NonNullable<K>, NonNullable<V>> {
    const { topology, node, serdes } = this.#inPlace(options, options.name);
    return new KGroupedStream(topology, node, serdes);
  }

  /** By another key, through `<nodeName>-repartition`; a null key belongs to no group. */
  groupBy<KO>(
    nodeName: string,
    keyOf: (record: Records<K, V>) => NoInfer<KO> | null,
    serdes: { readonly key: Serde<KO>; readonly value?: Serde<Values<V>> },
  ): KGroupedStream<KO, Values<V>> {
    const rekeyed = this.#rekeyed<KO | null, V>(nodeName, () => keying(keyOf), {
      key: serdes.key as Serde<NonNullable<KO>>,
      value: serdes.value ?? this.#serdes.value,
    });
    return rekeyed.groupByKey() as unknown as KGroupedStream<KO, Values<V>>;
  }

  /** The latest value of each key, in the state store `<nodeName>`; a null value deletes. */
  toTable(nodeName: string, options: Serdes<NonNullable<K>, Values<V>> = {}): KTable<NonNullable<K>, NonNullable<V>> {
    const { topology, node, serdes } = this.#inPlace(options);
    const key = needed(serdes.key, nodeName, 'keys');
    return new KTable(tableOf(topology, node, nodeName, { key, value: needed(serdes.value, nodeName, 'values') }));
  }

  /** With each record of the same key in `right` whose time is in the window around this one's. */
  join<VR, VO>(name: string, right: Keyed<K, VR>, joiner: Joiner<NonNullable<K>, Values<V>, Values<VR>, VO>, window: JoinWindow, serdes?: JoinSerdes<K, V, VR, VO>): KStream<K, VO>; // biome-ignore format: one line each
  /** With what `table` holds of the key now; a record without a match ends here. */
  join<VT, VO>(name: string, table: KTable<NonNullable<K>, VT>, joiner: Joiner<NonNullable<K>, Values<V>, VT, VO>, serdes?: Serdes<NonNullable<K>, Values<V>>): KStream<K, VO>; // biome-ignore format: one line each
  /** With what `table` holds of the key that `keyOf` gives. */
  join<KT, VT, VO>(name: string, table: GlobalKTable<KT, VT>, keyOf: (record: Records<K, V>) => KT | null, joiner: Joiner<K, Values<V>, VT, VO>): KStream<K, VO>; // biome-ignore format: one line each
  join(name: string, other: Joined<K>, ...rest: readonly unknown[]): KStream<K, never> {
    return this.#join('inner', name, other, rest);
  }

  /** As `join`, and a record that meets none by the end of its window and grace comes with null, once. */
  leftJoin<VR, VO>(name: string, right: Keyed<K, VR>, joiner: Joiner<K, Values<V>, Values<VR> | null, VO>, window: JoinWindow, serdes?: JoinSerdes<K, V, VR, VO>): KStream<K, VO>; // biome-ignore format: one line each
  leftJoin<VT, VO>(name: string, table: KTable<NonNullable<K>, VT>, joiner: Joiner<K, Values<V>, VT | null, VO>, serdes?: Serdes<NonNullable<K>, Values<V>>): KStream<K, VO>; // biome-ignore format: one line each
  leftJoin<KT, VT, VO>(name: string, table: GlobalKTable<KT, VT>, keyOf: (record: Records<K, V>) => KT | null, joiner: Joiner<K, Values<V>, VT | null, VO>): KStream<K, VO>; // biome-ignore format: one line each
  leftJoin(name: string, other: Joined<K>, ...rest: readonly unknown[]): KStream<K, never> {
    return this.#join('left', name, other, rest);
  }

  /** As `leftJoin`, for records of either side. */
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
    if (other instanceof KStream) {
      const [joiner, window, serdes = {}] = rest as [AnyJoiner<K>, JoinWindow, JoinSerdes<K, V, unknown, never>?];
      return this.#joinStream(kind, name, other, joiner, window, serdes);
    }
    if (other instanceof KTable) {
      const [joiner, serdes = {}] = rest as [AnyJoiner<K>, Serdes<NonNullable<K>, NonNullable<V>>?];
      return streamTableJoin(kind, name, this.#inPlace(serdes), other.parts, joiner);
    }
    const [keyOf, joiner] = rest as [(record: Records<K, V>) => unknown, AnyJoiner<K>];
    return globalTableJoin(kind, name, this.parts, other, keyOf, joiner);
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
    const other = right as KStream<K, VR>;
    const sides = {
      left: this.#inPlace({ key, value: serdes.left }),
      right: other.#inPlace({ key, value: serdes.right }),
    };
    return streamStreamJoin(kind, name, sides, joiner, window, result);
  }

  /** Key, value, number and order of records as they are. */
  #same(nodeName: string, supplier: ProcessorSupplier<K, V, K, V>): KStream<K, V> {
    this.#topology.addProcessor(nodeName, supplier, [this.#node]);
    return new KStream(this.#topology, nodeName, this.#serdes, this.#history);
  }

  #keyed<VO>(
    nodeName: string,
    supplier: ProcessorSupplier<K, V, K, VO>,
    value: Serde<Values<VO>> | undefined,
  ): KStream<K, VO> {
    this.#topology.addProcessor(nodeName, supplier, [this.#node]);
    return new KStream(this.#topology, nodeName, { key: this.#serdes.key, value }, this.#history);
  }

  #rekeyed<KO, VO>(
    nodeName: string,
    supplier: ProcessorSupplier<K, V, KO, VO>,
    serdes: Serdes<NonNullable<KO>, Values<VO>>,
    stores: readonly string[] = [],
  ): KStream<KO, VO> {
    this.#topology.addProcessor(nodeName, supplier, [this.#node], stores);
    return new KStream(this.#topology, nodeName, serdes, { ...this.#history, rekeyedBy: nodeName });
  }

  /** Where records of one key meet: here, or, where a step changed keys, behind one repartition topic for all uses. */
  #inPlace(given: Serdes<NonNullable<K>, Values<V>>, name?: string): StreamParts<K, V> {
    const serdes = { key: given.key ?? this.#serdes.key, value: given.value ?? this.#serdes.value };
    const { rekeyedBy } = this.#history;
    if (rekeyedBy === undefined) return { ...this.parts, serdes };
    this.#meeting ??= this.#through(name ?? rekeyedBy, serdes);
    return this.#meeting;
  }

  #through(name: string, given: Serdes<NonNullable<K>, Values<V>>, partitions?: number): StreamParts<K, V> {
    const serdes = { key: given.key ?? this.#serdes.key, value: given.value ?? this.#serdes.value };
    const { node, passed } = repartition(this.#topology, this.#node, name, serdes, partitions);
    return { topology: this.#topology, node, serdes, passed: [...(this.#history.passed ?? []), passed] };
  }
}

/** One serde for both, as far as their names tell. */
function alike<T>(one: Serde<T> | undefined, other: Serde<T> | undefined): Serde<T> | undefined {
  return one?.name === other?.name ? one : undefined;
}
