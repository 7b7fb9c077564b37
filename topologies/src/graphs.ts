import type { Topology } from '@sightline/processors/runtime';
import { StreamsBuilder } from './dsl/index.ts';
import { VIOLATIONS, violations } from './index.ts';

/** Graphs by application id. */
const graphs: Readonly<Record<string, (builder: StreamsBuilder) => void>> = { [VIOLATIONS]: violations };

export const graphNames: readonly string[] = Object.keys(graphs);

/** The topology of a graph; undefined when there is none of that name. */
export function buildGraph(name: string): Topology | undefined {
  const graph = graphs[name];
  if (graph === undefined) return undefined;
  const builder = new StreamsBuilder();
  graph(builder);
  return builder.build();
}
