import type { StreamsBuilder } from '../src/dsl/streams-builder.ts';

/** Graphs by the name of their golden; each has a Java class of the same family beside it. */
export type Programs = Readonly<Record<string, (builder: StreamsBuilder) => void>>;
