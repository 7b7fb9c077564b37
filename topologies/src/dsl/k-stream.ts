import type {
  AnyStoreBuilder,
  Processor,
  ProcessorSupplier,
  SinkPartition,
  StreamRecord,
  Topology,
} from '@sightline/processors/runtime';
import type { Topic } from '@sightline/schemas/topic';
import { branching, filtering, flatMapping, mapping, peeking } from './stateless.ts';

/** Facts in order, of one type of key and value. Every step is a node with a name of the caller's. */
export class KStream<K, V> {
  readonly #topology: Topology;
  readonly #parents: readonly string[];

  constructor(topology: Topology, parents: readonly string[]) {
    this.#topology = topology;
    this.#parents = parents;
  }

  /** A processor of the caller's, with its state stores by builder or by name. */
  process<KO, VO>(
    nodeName: string,
    supplier: ProcessorSupplier<K, V, KO, VO>,
    stores: readonly (string | AnyStoreBuilder)[] = [],
  ): KStream<KO, VO> {
    for (const store of stores) if (typeof store !== 'string') this.#topology.addStateStore(store);
    const names = stores.map(store => (typeof store === 'string' ? store : store.name));
    this.#topology.addProcessor(nodeName, supplier, this.#parents, names);
    return new KStream(this.#topology, [nodeName]);
  }

  /** Writes to a topic of the same types: to the task's own partition when the partition counts are equal. */
  to(nodeName: string, topic: Topic<K, V>, options: { readonly partition?: SinkPartition } = {}): void {
    this.#topology.addSink(nodeName, topic, this.#parents, options);
  }

  filter(nodeName: string, keep: (record: StreamRecord<K, V>) => boolean): KStream<K, V> {
    return this.process(nodeName, () => filtering(keep));
  }

  /** Keeps key and time. */
  mapValues<VO>(nodeName: string, map: (value: V, record: StreamRecord<K, V>) => VO): KStream<K, VO> {
    return this.process(nodeName, () => mapping(record => ({ ...record, value: map(record.value, record) })));
  }

  /** May change the key; the record stays in its partition. */
  map<KO, VO>(nodeName: string, map: (record: StreamRecord<K, V>) => StreamRecord<KO, VO>): KStream<KO, VO> {
    return this.process(nodeName, () => mapping(map));
  }

  flatMap<KO, VO>(
    nodeName: string,
    map: (record: StreamRecord<K, V>) => Iterable<StreamRecord<KO, VO>>,
  ): KStream<KO, VO> {
    return this.process(nodeName, () => flatMapping(map));
  }

  peek(nodeName: string, look: (record: StreamRecord<K, V>) => void): KStream<K, V> {
    return this.process(nodeName, () => peeking(look));
  }

  /** Both streams' records, each in its order. */
  merge(nodeName: string, other: KStream<K, V>): KStream<K, V> {
    const passing = (): Processor<K, V, K, V> => mapping(record => record);
    this.#topology.addProcessor(nodeName, passing, [...this.#parents, ...other.#parents]);
    return new KStream(this.#topology, [nodeName]);
  }

  /** Each record goes to the first branch that takes it, or to none. Branch nodes are named `<nodeName>-<branch>`. */
  branch<B extends string>(
    nodeName: string,
    branches: Readonly<Record<B, (record: StreamRecord<K, V>) => boolean>>,
  ): Readonly<Record<B, KStream<K, V>>> {
    const names = Object.keys(branches) as B[];
    const child = (branch: B) => `${nodeName}-${branch}`;
    this.#topology.addProcessor(
      nodeName,
      () => branching(names.map(b => [child(b), branches[b]] as const)),
      this.#parents,
    );
    const passing = (): Processor<K, V, K, V> => mapping(record => record);
    const streams = names.map(branch => {
      this.#topology.addProcessor(child(branch), passing, [nodeName]);
      return [branch, new KStream<K, V>(this.#topology, [child(branch)])] as const;
    });
    return Object.fromEntries(streams) as unknown as Record<B, KStream<K, V>>;
  }
}
