import type { StreamsBuilder } from '../src/dsl/streams-builder.ts';
import { combinedPrograms } from './programs-combined.ts';
import { groupedPrograms } from './programs-grouped.ts';
import { repartitionPrograms } from './programs-repartition.ts';
import { statelessPrograms } from './programs-stateless.ts';
import { streamJoinPrograms } from './programs-stream-joins.ts';
import { suppressPrograms } from './programs-suppress.ts';
import { tableJoinPrograms } from './programs-table-joins.ts';
import { tablePrograms } from './programs-tables.ts';
import { windowPrograms } from './programs-windows.ts';

/** Graphs by the name of their golden; each stands beside the Java class of the same family. */
export type Programs = Readonly<Record<string, (builder: StreamsBuilder) => void>>;

export const programs: Programs = {
  ...windowPrograms,
  ...suppressPrograms,
  ...streamJoinPrograms,
  ...tableJoinPrograms,
  ...tablePrograms,
  ...groupedPrograms,
  ...repartitionPrograms,
  ...statelessPrograms,
  ...combinedPrograms,
};
