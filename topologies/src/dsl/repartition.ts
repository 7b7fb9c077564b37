import type { Processor, ProcessorContext, StreamRecord, Topology } from '@sightline/processors/runtime';
import { type Serde, topic } from '@sightline/schemas/topic';
import { needed, type Serdes } from './serdes.ts';

/** A repartition topic of a stream. It drops records without a key, unless an outer join needs them. */
export interface Repartition {
  keepsNullKeys: boolean;
}

/** Writes a stream to `<name>-repartition` by key and reads it back. Returns the name of the node that reads. */
export function repartition<K, V>(
  topology: Topology,
  parent: string,
  name: string,
  { key, value }: Serdes<K, V>,
  partitions: number | undefined,
): { readonly node: string; readonly passed: Repartition } {
  const passed: Repartition = { keepsNullKeys: false };
  const filter = `${name}-repartition-filter`;
  topology.addProcessor(filter, () => new KeyFilter(passed), [parent]);
  const serdes = { key: needed(key, name, 'keys'), value: needed(value, name, 'values') };
  return { node: addRepartitionTopic(topology, filter, name, serdes, partitions), passed };
}

/** The topic alone, with its sink and source. */
export function addRepartitionTopic<K, V>(
  topology: Topology,
  parent: string,
  name: string,
  serdes: { readonly key: Serde<K>; readonly value: Serde<V> },
  partitions?: number,
): string {
  const internal = topic(`${name}-repartition`, { ...serdes, cleanup: 'delete', retention: { timeMs: -1 } });
  topology.addRepartitionTopic(internal, partitions === undefined ? {} : { partitions });
  topology.addSink(`${internal.name}-sink`, internal, [parent], { partition: 'by-key' });
  topology.addSource(`${internal.name}-source`, internal, { nulls: 'pass' });
  return `${internal.name}-source`;
}

/** Records of one key meet in one task only if the topics behind these nodes have the same number of partitions. */
export function copartition(topology: Topology, ...nodes: readonly string[]): void {
  const sources = new Set(nodes.flatMap(node => topology.sourcesOf(node)));
  if (sources.size > 1) topology.copartition([...sources]);
}

class KeyFilter<K, V> implements Processor<K, V, K, V> {
  readonly #passed: Repartition;
  #context: ProcessorContext<K, V> | undefined;

  constructor(passed: Repartition) {
    this.#passed = passed;
  }

  init(context: ProcessorContext<K, V>): void {
    this.#context = context;
  }

  process(record: StreamRecord<K, V>): void {
    if (record.key !== null || this.#passed.keepsNullKeys) this.#context?.forward(record);
    else this.#context?.account('filtered');
  }
}
