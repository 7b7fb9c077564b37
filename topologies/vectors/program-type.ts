import type { StreamsBuilder } from '../src/dsl/streams-builder.ts';

/** Graphs by the name of their golden. A Java class for the same group of programs is beside each. */
export type Programs = Readonly<Record<string, (builder: StreamsBuilder) => void>>;
