import type { AnyTopic, Topic } from '@sightline/schemas/topic';
import { TopologyError } from './errors.ts';
import { idleTimeStore } from './idle-time.ts';
import type { GlobalProcessor } from './processor.ts';
import type { AnyStoreBuilder } from './store/any-store-builder.ts';
import type {
  AnyProcessor,
  GlobalStoreNode,
  RepartitionTopic,
  SinkPartition,
  SourceOptions,
  Subtopology,
  TopologyNode,
  WhenIdle,
} from './topology-node.ts';

/**
 * A graph of explicitly named nodes. Names are a contract: store names become changelog topics, and `describe()` is
 * compared with a golden file. Parents are added before children, so there are no cycles.
 */
export class Topology {
  readonly #nodes = new Map<string, TopologyNode>();
  readonly #stores = new Map<string, AnyStoreBuilder>();
  readonly #globals = new Map<string, GlobalStoreNode>();
  readonly #repartitions = new Map<string, RepartitionTopic>();
  readonly #copartitions: (readonly string[])[] = [];

  addSource<K, V>(name: string, topic: Topic<K, V>, options: SourceOptions<K, V> = {}): this {
    const taken = [...this.#nodes.values()].find(node => node.kind === 'source' && node.topic.name === topic.name);
    if (taken) throw invalid(`${name} and ${taken.name} both read ${topic.name}: read it once and branch`);
    const { timestampExtractor, nulls = 'refuse', whenIdle } = options;
    if (whenIdle !== undefined) this.#addIdleTime(name, whenIdle);
    return this.#add({ kind: 'source', name, topic, timestampExtractor, nulls, whenIdle });
  }

  /**
   * Registers `topic` as the application's own. In the log its name is `<application>-<topic.name>`. It is created at
   * the start and purged once it is read. Add a sink and a source for it. Its records keep their event time.
   */
  addRepartitionTopic(topic: AnyTopic, options: { readonly partitions?: number } = {}): this {
    if (this.#repartitions.has(topic.name)) throw invalid(`two repartition topics are named ${topic.name}`);
    this.#repartitions.set(topic.name, { topic, partitions: options.partitions });
    return this;
  }

  /** Topics of these sources must have the same number of partitions, because their records meet by key. */
  copartition(sources: readonly string[]): this {
    const unknown = sources.find(name => this.#nodes.get(name)?.kind !== 'source');
    if (unknown !== undefined) throw invalid(`${unknown} is not a source`);
    this.#copartitions.push(sources);
    return this;
  }

  /** Names of the sources whose records reach a node. */
  sourcesOf(name: string): readonly string[] {
    const node = this.#nodes.get(name);
    if (node === undefined) throw invalid(`there is no node ${name}`);
    if (node.kind === 'source') return [name];
    return [...new Set(node.parents.flatMap(parent => this.sourcesOf(parent)))];
  }

  get repartitionTopics(): readonly RepartitionTopic[] {
    return [...this.#repartitions.values()];
  }

  /** Names of sources, by group. */
  get copartitions(): readonly (readonly string[])[] {
    return this.#copartitions;
  }

  addProcessor(
    name: string,
    supplier: () => AnyProcessor,
    parents: readonly string[],
    stores: readonly string[] = [],
  ): this {
    this.#checkParents(name, parents);
    const unknown = stores.find(store => !this.#stores.has(store));
    if (unknown !== undefined) throw invalid(`${name} uses the state store ${unknown}, which was not added`);
    return this.#add({ kind: 'processor', name, supplier, parents, stores });
  }

  addSink(
    name: string,
    topic: AnyTopic,
    parents: readonly string[],
    options: { partition?: SinkPartition } = {},
  ): this {
    this.#checkParents(name, parents);
    return this.#add({ kind: 'sink', name, topic, parents, partition: options.partition });
  }

  /** Adding the same builder again has no effect; another builder of the same name is refused. */
  addStateStore(builder: AnyStoreBuilder): this {
    const known = this.#stores.get(builder.name);
    if (known !== undefined && known !== builder) throw invalid(`two state stores are named ${builder.name}`);
    this.#stores.set(builder.name, builder);
    return this;
  }

  addGlobalStore<K, V>(name: string, topic: Topic<K, V>, supplier: () => GlobalProcessor<K, V>): this {
    if (this.#globals.has(name)) throw invalid(`two global stores are named ${name}`);
    this.#globals.set(name, { name, topic, supplier });
    return this;
  }

  get globalStores(): readonly GlobalStoreNode[] {
    return [...this.#globals.values()];
  }

  /** Throws TOPOLOGY_INVALID when no processor uses a store, or when a part has no source. */
  subtopologies(): readonly Subtopology[] {
    const groups = this.#connected();
    return groups.map((nodes, id) => {
      const sources = nodes.filter(node => node.kind === 'source');
      if (sources.length === 0) throw invalid(`no source leads to ${nodes.map(({ name }) => name).join(', ')}`);
      const restless = sources.find(({ whenIdle }) => whenIdle !== undefined);
      if (restless !== undefined && sources.length > 1)
        throw invalid(`${restless.name} moves time when idle, but is not the only source of its subtopology`);
      const names = new Set(nodes.flatMap(storesOf));
      const stores = [...this.#stores.values()].filter(({ name }) => names.has(name));
      return { id, nodes, sources, sinks: nodes.filter(node => node.kind === 'sink'), stores };
    });
  }

  #connected(): TopologyNode[][] {
    const leaders = new Map<string, string>();
    const find = (name: string): string => {
      const leader = leaders.get(name) ?? name;
      return leader === name ? name : find(leader);
    };
    const used = new Set<string>();
    for (const node of this.#nodes.values()) {
      if (node.kind === 'source') {
        for (const store of storesOf(node)) used.add(store);
        continue;
      }
      for (const parent of node.parents) leaders.set(find(node.name), find(parent));
      if (node.kind === 'sink') continue;
      for (const store of node.stores) {
        used.add(store);
        leaders.set(find(`store:${store}`), find(node.name));
      }
    }
    const idle = [...this.#stores.keys()].find(store => !used.has(store));
    if (idle !== undefined) throw invalid(`no processor uses the state store ${idle}`);
    return [...Map.groupBy(this.#nodes.values(), node => find(node.name)).values()];
  }

  #addIdleTime(source: string, { afterMs, stepMs = afterMs }: WhenIdle): void {
    if (!(afterMs >= 1 && stepMs >= 1))
      throw invalid(`${source}: afterMs (${afterMs}) and stepMs (${stepMs}) must be at least 1`);
    this.addStateStore(idleTimeStore(source));
  }

  #add(node: TopologyNode): this {
    if (this.#nodes.has(node.name)) throw invalid(`two nodes are named ${node.name}`);
    this.#nodes.set(node.name, node);
    return this;
  }

  #checkParents(name: string, parents: readonly string[]): void {
    if (parents.length === 0) throw invalid(`${name} has no parent`);
    for (const parent of parents) {
      const node = this.#nodes.get(parent);
      if (node === undefined) throw invalid(`${name} follows ${parent}, which was not added before it`);
      if (node.kind === 'sink') throw invalid(`${name} follows the sink ${parent}`);
    }
  }
}

function storesOf(node: TopologyNode): readonly string[] {
  if (node.kind === 'processor') return node.stores;
  return node.kind === 'source' && node.whenIdle !== undefined ? [idleTimeStore(node.name).name] : [];
}

function invalid(message: string): TopologyError {
  return new TopologyError('TOPOLOGY_INVALID', message);
}
