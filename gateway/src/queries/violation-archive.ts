import { z } from 'zod';
import type { ViolationArchive } from '../live/catch-up.ts';
import { type ClickHouseReader, ClickHouseUnavailableError } from './clickhouse.ts';
import { ViolationRow } from './violation-row.ts';
import { archiveSql, archiveStartSql } from './violation-sql.ts';

const Offset = z.string().transform(BigInt);
const Row = z
  .object({ offset: Offset, written_at_ms: z.coerce.number() })
  .loose()
  .transform(({ offset, written_at_ms: writtenAtMs, ...row }) => ({
    ...{ offset, writtenAtMs },
    value: ViolationRow.parse(row).violation,
  }));
const Start = z.object({ known: z.coerce.boolean(), offset: Offset });

/** Reads records of `violations` by offset from ClickHouse, for offsets that the log has already deleted. */
export function clickHouseArchive(clickhouse: ClickHouseReader, topicId: () => string): ViolationArchive {
  return {
    async between(partition, from, to, limit) {
      const topic_id = topicId();
      try {
        const [start] = await clickhouse.rows(archiveStartSql, { topic_id, partition }, Start);
        if (!start?.known || start.offset > from) return undefined; // ClickHouse has no rows, or only later ones
        const params = { topic_id, partition, from_offset: String(from), to_offset: String(to), limit };
        const rows = await clickhouse.rows(archiveSql, params, Row);
        const records = rows.flatMap(({ value, ...place }) =>
          value === undefined ? [] : [{ ...place, partition, value }],
        );
        return records.length === rows.length ? records : undefined; // an unreadable record would leave a hole
      } catch (error) {
        if (error instanceof ClickHouseUnavailableError) return undefined;
        throw error;
      }
    },
  };
}
