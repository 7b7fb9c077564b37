import type { Topology } from '@sightline/processors/runtime';
import { StreamsBuilder } from './dsl/index.ts';
import { VIOLATIONS, violations } from './index.ts';

/** Graphs by application id. Each returns a function that gives the graph's present problems, one sentence each. */
const graphs: Readonly<Record<string, (builder: StreamsBuilder) => () => readonly string[]>> = {
  [VIOLATIONS]: violations,
};

export const graphNames: readonly string[] = Object.keys(graphs);

export interface Graph {
  readonly topology: Topology;
  /** Problems that a person should know although the graph runs, one sentence each. */
  remarks(): readonly string[];
}

/** The graph of this name; undefined when it does not exist. */
export function buildGraph(name: string): Graph | undefined {
  const graph = graphs[name];
  if (graph === undefined) return undefined;
  const builder = new StreamsBuilder();
  const remarks = graph(builder);
  return { topology: builder.build(), remarks };
}
