import type { StreamsBuilder } from '../src/dsl/streams-builder.ts';

/** Graphs by the name of their golden; each stands beside the Java class of the same family. */
export type Programs = Readonly<Record<string, (builder: StreamsBuilder) => void>>;
