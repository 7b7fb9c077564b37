import type { Programs } from './program-type.ts';
import { combinedPrograms } from './programs-combined.ts';
import { groupedPrograms } from './programs-grouped.ts';
import { repartitionPrograms } from './programs-repartition.ts';
import { statelessPrograms } from './programs-stateless.ts';
import { streamJoinPrograms } from './programs-stream-joins.ts';
import { suppressPrograms } from './programs-suppress.ts';
import { tableJoinPrograms } from './programs-table-joins.ts';
import { tablePrograms } from './programs-tables.ts';
import { windowPrograms } from './programs-windows.ts';

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
