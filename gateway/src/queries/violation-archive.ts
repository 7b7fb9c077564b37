import { z } from 'zod';
import type { ViolationArchive } from '../live/catch-up.ts';
import { type ClickHouseReader, ClickHouseUnavailableError } from './clickhouse.ts';
import { ViolationJson } from './violation-row.ts';
import { archiveSql, archiveStartSql } from './violation-sql.ts';

const Row = z.object({ violation: ViolationJson, offset: z.string().transform(BigInt) });
const Start = z.object({ known: z.coerce.boolean(), offset: z.string().transform(BigInt) });

/** Records of `violations` by their offsets in ClickHouse, for places the log no longer holds. */
export function clickHouseArchive(clickhouse: ClickHouseReader): ViolationArchive {
  return {
    async between(partition, from, to, limit) {
      try {
        const [start] = await clickhouse.rows(archiveStartSql, { partition }, Start);
        if (!start?.known || start.offset > from) return undefined; // it began after that place, or has nothing
        const params = { partition, from_offset: String(from), to_offset: String(to), limit };
        const rows = await clickhouse.rows(archiveSql, params, Row);
        return rows.map(({ violation, offset }) => ({
          ...{ partition, offset },
          writtenAtMs: violation.lastSeenAtMs,
          value: violation,
        }));
      } catch (error) {
        if (error instanceof ClickHouseUnavailableError) return undefined;
        throw error;
      }
    },
  };
}
