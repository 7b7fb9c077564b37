import type { ClickHouseClient } from '@clickhouse/client';
import type { SinkTable } from './table.ts';

/** What a look at one table found. */
export interface TableAudit {
  readonly table: string;
  /** Rows written twice: count() - uniqExact() over the place in the log each row comes from. 0 is right. */
  readonly doubled: number;
  /** Rows that say the same as another: count() - uniqExact() over what a row is about. 0 is right; null: it may. */
  readonly repeated: number | null;
  /** Parts the table consists of; many mean that inserts are too small for the merges. */
  readonly activeParts: number;
}

export interface Auditor {
  /** The last answer; empty before the first. */
  readonly tables: readonly TableAudit[];
  /** Why there is no newer answer; null: there is. */
  readonly failure: string | null;
  close(): void;
}

const EVERY_MS = 30_000;
/** The share of time an audit may take: big tables are looked at less often. */
const MAX_SHARE = 0.05;
const DEADLINE_MS = 60_000;

/** Looks at every table by itself, now and every 30 s. */
export function startAudit(client: ClickHouseClient, tables: readonly SinkTable[]): Auditor {
  const ending = new AbortController();
  const state = { tables: [] as readonly TableAudit[], failure: null as string | null };
  let timer: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => {
    const startedAtMs = performance.now();
    try {
      state.tables = await Promise.all(tables.map(table => audit(client, table, ending.signal)));
      state.failure = null;
    } catch (error) {
      state.failure = error instanceof Error ? error.message : String(error);
    }
    const tookMs = performance.now() - startedAtMs;
    if (!ending.signal.aborted) timer = setTimeout(() => void look(), Math.max(EVERY_MS, tookMs / MAX_SHARE));
  };
  void look();
  return {
    get tables() {
      return state.tables;
    },
    get failure() {
      return state.failure;
    },
    close() {
      ending.abort();
      clearTimeout(timer);
    },
  };
}

/** One look at one table. */
export async function audit(client: ClickHouseClient, table: SinkTable, signal?: AbortSignal): Promise<TableAudit> {
  const unique = (columns: readonly string[]): string => `count() - uniqExact(${columns.join(', ')})`;
  const place = ['_topic', '_partition', '_offset', ...table.within];
  const answer = await client.query({
    query: `SELECT ${unique(place)} AS doubled, ${table.identity.length === 0 ? 'NULL' : unique(table.identity)} AS repeated,
      (SELECT count() FROM system.parts WHERE active AND database = currentDatabase() AND table = {table: String}) AS parts
      FROM ${table.table}`,
    query_params: { table: table.table },
    clickhouse_settings: { max_execution_time: DEADLINE_MS / 1000 },
    format: 'JSONEachRow',
    ...(signal && { abort_signal: signal }),
  });
  const [row] = await answer.json<{ readonly doubled: unknown; readonly repeated: unknown; readonly parts: unknown }>();
  return {
    table: table.table,
    doubled: Number(row?.doubled),
    repeated: row?.repeated === null ? null : Number(row?.repeated),
    activeParts: Number(row?.parts),
  };
}
