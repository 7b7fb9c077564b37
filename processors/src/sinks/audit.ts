import type { ClickHouseClient } from '@clickhouse/client';
import type { SinkTable } from './table.ts';

/** The result of auditing one table. */
export interface TableAudit {
  readonly table: string;
  /** Rows written twice: count() - uniqExact() over the log position (topic's id, partition, offset) of each row. Must be 0. */
  readonly doubled: number;
  /**
   * Identities that records at several places of the log have, the newest written in the last day. Rows of one place
   * are no repeat: see `doubled`. null: allowed.
   */
  readonly repeated: number | null;
  /** The repeat whose newest record was written last; null: there is none. */
  readonly newestRepeat: Repeat | null;
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

/** One identity at two places of the log. No process of the product writes it twice, so another author did. */
export interface Repeat {
  /** Columns and values, e.g. `violation_id v1, revision 2`. */
  readonly identity: string;
  /** Two of its places, e.g. `violations[1] at offset 5`. */
  readonly places: readonly string[];
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
/** A repeat is reported for this long after its newest record was written. */
const REPEAT_SAID_MS = 86_400_000;
/** Largest number of repeats that one step of an audit finds. */
const MOST_REPEATS = 1_000;

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
  /** The repeats among the rows looked at, by identity. */
  readonly #repeats = new Map<string, FoundRepeat>();

  constructor(client: ClickHouseClient, table: SinkTable, step: number = STEP) {
    this.#client = client;
    this.#table = table;
    this.#step = step;
  }

  async look(written: readonly Written[] = [], signal?: AbortSignal): Promise<TableAudit> {
    const missing = await this.#missing(written, signal);
    let doubled = 0;
    for (let isDone = false; !isDone; ) {
      const step = await this.#next(signal);
      if (step.isChanged) {
        this.#forget();
        doubled = 0;
        continue;
      }
      doubled += step.doubled;
      for (const repeat of step.repeats) this.#repeats.set(repeat.identity, repeat);
      this.#looked = step.looked;
      isDone = step.isEnd;
    }
    const { table, identity } = this.#table;
    const repeats = this.#repeatsToSay();
    if (doubled > 0) this.#forget(); // until it is correct, every audit reads all
    return {
      ...{ table, doubled, missing, repeated: identity.length === 0 ? null : repeats.length },
      newestRepeat: repeats[0] ?? null,
      ...(await this.#state(signal)),
    };
  }

  #forget(): void {
    this.#looked = new Map();
    this.#repeats.clear();
  }

  /** Those written in the last day, the newest first; forgets the others. */
  #repeatsToSay(): readonly Repeat[] {
    const sinceMs = performance.now() - REPEAT_SAID_MS;
    for (const [identity, { writtenAtMs }] of this.#repeats) if (writtenAtMs < sinceMs) this.#repeats.delete(identity);
    return [...this.#repeats.values()]
      .toSorted((a, b) => b.writtenAtMs - a.writtenAtMs)
      .map(({ identity, places }) => ({ identity, places }));
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
      repeats: fresh === 0 ? [] : await this.#findRepeats(signal),
      looked: new Map(
        steps.map(({ source, from, end, fresh }) => [
          source,
          { to: Math.max(from.to, Math.min(end, from.to + this.#step)), rows: from.rows + fresh },
        ]),
      ),
      isEnd: steps.every(({ from, end }) => end <= from.to + this.#step),
    };
  }

  /** The new rows whose identity another place of the log has too; older rows were compared before. */
  async #findRepeats(signal?: AbortSignal): Promise<readonly FoundRepeat[]> {
    const { table, identity } = this.#table;
    if (identity.length === 0) return [];
    const about = identity.join(', ');
    const named = identity.map(column => `'${column} ', toString(${column})`).join(", ', ', ");
    const rows = await this.#query<{ readonly identity: string; readonly places: Places; readonly ageMs: number }>(
      `SELECT concat(${named}) AS identity, dateDiff('millisecond', max(_written_at), now64(3)) AS ageMs,
        arraySort(groupUniqArray(${MOST_PLACES})((_topic, _partition, _offset, _topic_id))) AS places
      FROM ${table} WHERE _offset < ${FROM} + {step: UInt64} AND (${about}) IN (SELECT ${about} FROM ${table} WHERE ${FRESH})
      GROUP BY ${about} HAVING length(places) > 1 AND ageMs < ${REPEAT_SAID_MS} ORDER BY ageMs LIMIT ${MOST_REPEATS}`,
      signal,
    );
    const nowMs = performance.now();
    return rows.map(row => ({ ...row, places: placesOf(row.places), writtenAtMs: nowMs - row.ageMs }));
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

/** A repeat and the time, by the steady clock, at which its newest record was written. */
interface FoundRepeat extends Repeat {
  readonly writtenAtMs: number;
}

const MOST_PLACES = 10;
type Places = readonly (readonly [topic: string, partition: number, offset: number, topicId: string])[];

/** The first two places; with the topic's id when only that tells them apart, since the topic was created again. */
function placesOf(places: Places): readonly string[] {
  const two = places.slice(0, 2).map(([topic, partition, offset, topicId]) => ({
    place: `${topic}[${partition}] at offset ${offset}`,
    topicId,
  }));
  const isSame = new Set(two.map(({ place }) => place)).size === 1;
  return two.map(({ place, topicId }) => (isSame ? `${place} of the topic with the id ${topicId}` : place));
}

interface Step {
  readonly source: string;
  readonly below: number;
  readonly fresh: number;
  readonly places: number;
  readonly end: number;
}
