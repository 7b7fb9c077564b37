import { TopologyError } from './errors.ts';
import type { Topology } from './topology.ts';
import type { Subtopology } from './topology-node.ts';

/** Partitions by the topology's topic names, without prefix. */
export type PartitionCounts = ReadonlyMap<string, number>;

/**
 * Sets the number of partitions of every repartition topic: the stated number, or that of the sources it must match, or
 * that of its widest input. Throws CO_PARTITIONING_BROKEN when records with the same key would not meet.
 */
export function countPartitions(topology: Topology, external: PartitionCounts): PartitionCounts {
  const subtopologies = topology.subtopologies();
  const counts = new Map(external);
  for (const { topic, partitions } of topology.repartitionTopics)
    if (partitions !== undefined) counts.set(topic.name, partitions);
  const groups = copartitionGroups(topology, subtopologies);
  const open = new Set(topology.repartitionTopics.map(({ topic }) => topic.name).filter(name => !counts.has(name)));
  while (open.size > 0) {
    const found = [...open].find(name => decide(name, counts, groups, subtopologies) !== undefined);
    if (found === undefined)
      throw broken(`cannot tell how many partitions ${[...open].join(', ')} need: state a number`);
    counts.set(found, decide(found, counts, groups, subtopologies) ?? 1);
    open.delete(found);
  }
  for (const group of groups) checkAlike(group, counts);
  return counts;
}

/** Number of tasks of a subtopology: one per partition of its widest source. */
export function taskCount(
  { sources }: Subtopology,
  partitionsOf: (topic: Subtopology['sources'][number]['topic']) => number,
): number {
  return Math.max(...sources.map(({ topic }) => partitionsOf(topic)));
}

function decide(
  name: string,
  counts: PartitionCounts,
  groups: readonly (readonly string[])[],
  subtopologies: readonly Subtopology[],
): number | undefined {
  const partners = groups.filter(group => group.includes(name)).flat();
  const known = partners.map(partner => counts.get(partner)).filter(count => count !== undefined);
  if (known.length > 0) return Math.max(...known);
  const writers = subtopologies.filter(({ sinks }) => sinks.some(({ topic }) => topic.name === name));
  const sources = writers.flatMap(writer => writer.sources.map(({ topic }) => counts.get(topic.name)));
  if (sources.length === 0 || sources.some(count => count === undefined)) return undefined;
  return Math.max(...sources.filter(count => count !== undefined));
}

/** Topic names by group. */
function copartitionGroups(topology: Topology, subtopologies: readonly Subtopology[]): string[][] {
  const topics = new Map(subtopologies.flatMap(({ sources }) => sources.map(({ name, topic }) => [name, topic.name])));
  return topology.copartitions.map(group => group.map(source => topics.get(source) ?? source));
}

function checkAlike(group: readonly string[], counts: PartitionCounts): void {
  if (new Set(group.map(name => counts.get(name))).size <= 1) return;
  const cut = group.map(name => `${name} ${counts.get(name)}`).join(', ');
  throw broken(`topics read together must have the same number of partitions: ${cut}`);
}

function broken(message: string): TopologyError {
  return new TopologyError('CO_PARTITIONING_BROKEN', message);
}
