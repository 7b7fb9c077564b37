import type { ClickHouseClient } from '@clickhouse/client';
import type { SinkTable } from './table.ts';

/** The result of auditing one table. */
export interface TableAudit {
  readonly table: string;
  /** Rows written twice: count() - uniqExact() over the log position (topic's id, partition, offset) of each row. Must be 0. */
  readonly doubled: number;
  /**
   * Rows with the same identity as another: count() - uniqExact() over the identity columns. Must be 0; null: allowed.
   */
  readonly repeated: number | null;
  /** Rows that this sink wrote and the table lacks. Must be 0. */
  readonly missing: number;
  /** Active parts of the table; many mean that inserts are too small for the merges. */
  readonly activeParts: number;
  /**
   * Number of insert tokens that the table remembers; 0: it would store a repeated insert twice. null: a replicated
   * table, which has its own rules.
   */
  readonly tokens: number | null;
}

/** The offsets that a sink has written of a partition since it got the partition. */
export interface Written {
  readonly topic: string;
  readonly topicId: string;
  readonly partition: number;
  readonly rows: number;
  readonly writtenFrom: number;
  readonly writtenTo: number;
}

export interface Auditor {
  /** The last result; empty before the first. */
  readonly tables: readonly TableAudit[];
  /** Why the last audit failed; null: it succeeded. */
  readonly failure: string | null;
  close(): void;
}

const EVERY_MS = 30_000;
/** Largest share of time that audits may take: big tables are audited less often. */
const MAX_SHARE = 0.05;
const DEADLINE_MS = 60_000;

/** Audits every table separately, now and every 30 s. `written` gives what the sink has written so far. */
export function startAudit(
  client: ClickHouseClient,
  tables: readonly SinkTable[],
  written: () => readonly Written[],
): Auditor {
  const ending = new AbortController();
  const auditors = tables.map(table => new TableAuditor(client, table));
  const state = { tables: [] as readonly TableAudit[], failure: null as string | null };
  let timer: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => {
    const startedAtMs = performance.now();
    try {
      state.tables = await Promise.all(auditors.map(auditor => auditor.look(written(), ending.signal)));
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

/** Audits one whole table once. */
export const audit = (client: ClickHouseClient, table: SinkTable): Promise<TableAudit> =>
  new TableAuditor(client, table).look();

/** The offset up to which a partition's rows were audited, and the number of rows below it. */
interface Looked {
  readonly to: number;
  readonly rows: number;
}

/** Offsets of a partition in one query; this bounds the query's memory, whatever the table's size. */
const STEP = 1_000_000;
/** Names a partition of one topic: offsets count anew in a topic that was deleted and created again. */
const SOURCE = "concat(_topic_id, '/', toString(_partition))";
const FROM = `{looked: Map(String, UInt64)}[${SOURCE}]`;
const BELOW = `_offset < ${FROM}`;
const FRESH = `_offset >= ${FROM} AND _offset < ${FROM} + {step: UInt64}`;

/**
 * Audits a table repeatedly. It only counts rows that an earlier audit found correct. If their number has changed, it
 * audits the whole table again.
 */
export class TableAuditor {
  readonly #client: ClickHouseClient;
  readonly #table: SinkTable;
  readonly #step: number;
  #looked: ReadonlyMap<string, Looked> = new Map();

  constructor(client: ClickHouseClient, table: SinkTable, step: number = STEP) {
    this.#client = client;
    this.#table = table;
    this.#step = step;
  }

  async look(written: readonly Written[] = [], signal?: AbortSignal): Promise<TableAudit> {
    const missing = await this.#missing(written, signal);
    const sum = { doubled: 0, repeated: 0 };
    for (let isDone = false; !isDone; ) {
      const { doubled, repeated, looked, isChanged, isEnd } = await this.#next(signal);
      if (isChanged) {
        this.#looked = new Map();
        [sum.doubled, sum.repeated] = [0, 0];
        continue;
      }
      sum.doubled += doubled;
      sum.repeated += repeated;
      this.#looked = looked;
      isDone = isEnd;
    }
    if (sum.doubled + sum.repeated > 0) this.#looked = new Map(); // until it is correct, every audit reads all
    const { table, identity } = this.#table;
    const repeated = identity.length === 0 ? null : sum.repeated;
    return { table, doubled: sum.doubled, repeated, missing, ...(await this.#state(signal)) };
  }

  /** Audits the next rows of every partition. */
  async #next(signal?: AbortSignal) {
    const { table, within } = this.#table;
    const rows = await this.#query<Step>(
      `SELECT ${SOURCE} AS source, countIf(${BELOW}) AS below, countIf(${FRESH}) AS fresh,
        uniqExactIf((${['_offset', ...within].join(', ')}), ${FRESH}) AS places, max(_offset) + 1 AS end
      FROM ${table} GROUP BY source`,
      signal,
    );
    const steps = rows.map(row => ({ ...row, from: this.#looked.get(row.source) ?? { to: 0, rows: 0 } }));
    const fresh = steps.reduce((sum, row) => sum + row.fresh, 0);
    const places = steps.reduce((sum, row) => sum + row.places, 0);
    return {
      isChanged: steps.some(({ below, from }) => below !== from.rows) || steps.length < this.#looked.size,
      doubled: fresh - places,
      repeated: fresh === 0 ? 0 : await this.#repeated(signal),
      looked: new Map(
        steps.map(({ source, from, end, fresh }) => [
          source,
          { to: Math.max(from.to, Math.min(end, from.to + this.#step)), rows: from.rows + fresh },
        ]),
      ),
      isEnd: steps.every(({ from, end }) => end <= from.to + this.#step),
    };
  }

  /** Rows with the same identity as one of the new rows; older rows were compared before. */
  async #repeated(signal?: AbortSignal): Promise<number> {
    const { table, identity } = this.#table;
    if (identity.length === 0) return 0;
    const about = `(${identity.join(', ')})`;
    const [row] = await this.#query<{ readonly repeated: number }>(
      `SELECT count() - uniqExact(${about}) - countIf(${BELOW}) + uniqExactIf(${about}, ${BELOW}) AS repeated
      FROM ${table} WHERE _offset < ${FROM} + {step: UInt64} AND ${about} IN (SELECT ${identity.join(', ')} FROM ${table} WHERE ${FRESH})`,
      signal,
    );
    return row?.repeated ?? 0;
  }

  /** Rows written after this call lie above `written`, so they do not change the result. */
  async #missing(written: readonly Written[], signal?: AbortSignal): Promise<number> {
    const own = written.filter(({ topic, rows }) => topic === this.#table.topic.name && rows > 0);
    if (own.length === 0) return 0;
    const [row] = await this.#query<{ readonly found: number }>(
      `SELECT count() AS found FROM ${this.#table.table} WHERE _offset < {to: Map(String, UInt64)}[${SOURCE}]
      AND _offset >= {from: Map(String, UInt64)}[${SOURCE}]`,
      signal,
      {
        from: new Map(own.map(each => [sourceOf(each), each.writtenFrom])),
        to: new Map(own.map(each => [sourceOf(each), each.writtenTo])),
      },
    );
    return Math.max(0, own.reduce((sum, { rows }) => sum + rows, 0) - (row?.found ?? 0));
  }

  async #state(signal?: AbortSignal): Promise<Pick<TableAudit, 'activeParts' | 'tokens'>> {
    const [row] = await this.#query<{ readonly parts: number; readonly engine: string; readonly window: number }>(
      `SELECT engine, toInt64OrZero(extract(engine_full, 'non_replicated_deduplication_window = (\\\\d+)')) AS window,
        (SELECT count() FROM system.parts WHERE active AND database = currentDatabase() AND table = {table: String}) AS parts
      FROM system.tables WHERE database = currentDatabase() AND name = {table: String}`,
      signal,
    );
    const isReplicated = /^(Replicated|Shared)/.test(row?.engine ?? '');
    return { activeParts: row?.parts ?? 0, tokens: isReplicated ? null : (row?.window ?? 0) };
  }

  async #query<R>(
    query: string,
    signal?: AbortSignal,
    params: Readonly<Record<string, unknown>> = {},
  ): Promise<readonly R[]> {
    const looked = new Map([...this.#looked].map(([source, { to }]) => [source, to]));
    const answer = await this.#client.query({
      query,
      query_params: { table: this.#table.table, looked, step: this.#step, ...params },
      clickhouse_settings: { max_execution_time: DEADLINE_MS / 1000, output_format_json_quote_64bit_integers: 0 },
      format: 'JSONEachRow',
      ...(signal && { abort_signal: signal }),
    });
    return answer.json<R>();
  }
}

const sourceOf = ({ topicId, partition }: Written): string => `${topicId}/${partition}`;

interface Step {
  readonly source: string;
  readonly below: number;
  readonly fresh: number;
  readonly places: number;
  readonly end: number;
}
