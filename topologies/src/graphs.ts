import type { Topology } from '@sightline/processors/runtime';
import { StreamsBuilder } from './dsl/index.ts';
import { VIOLATIONS, violations } from './index.ts';

/** Graphs by application id; each answers what is to be said of its work so far, a sentence each. */
const graphs: Readonly<Record<string, (builder: StreamsBuilder) => () => readonly string[]>> = {
  [VIOLATIONS]: violations,
};

export const graphNames: readonly string[] = Object.keys(graphs);

export interface Graph {
  readonly topology: Topology;
  /** What a person should know of its work although it runs, a sentence each. */
  remarks(): readonly string[];
}

/** The graph of this name; undefined when there is none. */
export function buildGraph(name: string): Graph | undefined {
  const graph = graphs[name];
  if (graph === undefined) return undefined;
  const builder = new StreamsBuilder();
  const remarks = graph(builder);
  return { topology: builder.build(), remarks };
}
