import type { Topology } from './topology.ts';
import type { Subtopology, TopologyNode } from './topology-node.ts';

/** The graph as text, in Kafka Streams' form, with the formats that a change must not break. */
export function describe(topology: Topology): string {
  const globals = topology.globalStores.map(
    ({ name, topic }) =>
      `   Global store: ${name} (topic: ${topic.name}, key: ${topic.key.name}, value: ${topic.value.name})\n`,
  );
  return `Topologies:\n${topology.subtopologies().map(describeSubtopology).join('\n')}${globals.join('')}`;
}

function describeSubtopology(subtopology: Subtopology): string {
  const lines = subtopology.nodes.flatMap(node => [
    `    ${heading(node)}`,
    ...(node.kind === 'sink' ? [] : [`      --> ${children(subtopology, node).join(', ') || 'none'}`]),
    ...(node.kind === 'source' ? [] : [`      <-- ${node.parents.join(', ')}`]),
  ]);
  const stores = subtopology.stores.map(
    ({ name, kind, key, value, logged }) =>
      `    Store: ${name} (${kind}, key: ${key.name}, value: ${value.name}${logged ? ', changelog' : ''})`,
  );
  return `   Sub-topology: ${subtopology.id}\n${[...lines, ...stores].join('\n')}\n`;
}

function heading(node: TopologyNode): string {
  switch (node.kind) {
    case 'source':
      return `Source: ${node.name} (topics: [${node.topic.name}]${node.timestampExtractor ? ', timestamp extractor' : ''}${idleOf(node)})`;
    case 'processor':
      return `Processor: ${node.name} (stores: [${node.stores.join(', ')}])`;
    case 'sink':
      return `Sink: ${node.name} (topic: ${node.topic.name}${node.partition === 'by-key' ? ', partition by key' : ''})`;
  }
}

function children({ nodes }: Subtopology, parent: TopologyNode): string[] {
  return nodes.filter(node => node.kind !== 'source' && node.parents.includes(parent.name)).map(({ name }) => name);
}

function idleOf({ whenIdle }: TopologyNode & { readonly kind: 'source' }): string {
  if (whenIdle === undefined) return '';
  const { afterMs, stepMs = afterMs } = whenIdle;
  return `, when idle: after ${afterMs} ms by ${stepMs} ms`;
}
