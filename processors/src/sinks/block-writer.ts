import { Readable } from 'node:stream';
import { type ClickHouseClient, ClickHouseError, type ClickHouseSettings } from '@clickhouse/client';
import { type Block, tokenOf } from './block.ts';

/** The table refuses the values of some rows. It stored nothing of the insert and will refuse the same rows again. */
export class RowsRefusedError extends Error {
  readonly code = 'ROWS_REFUSED';
  readonly retriable = false;
}

/**
 * ClickHouse's codes for a value that its column refuses: not parsable (6, 26, 27, 32, 38, 41, 72, 117, 130, 131, 441),
 * out of range (69, 321, 349, 407), unknown element of an enum (36, 691), broken constraint (469).
 */
const REFUSED: ReadonlySet<string> = new Set(
  [6, 26, 27, 32, 36, 38, 41, 53, 69, 72, 117, 130, 131, 321, 349, 407, 441, 469, 691].map(String),
);
/** Part of ClickHouse's message when one insert has rows of too many months; halves of it are accepted. */
const TOO_MANY_MONTHS = 'single INSERT block';

function isRefusal(error: unknown): error is ClickHouseError {
  return error instanceof ClickHouseError && (REFUSED.has(error.code) || error.message.includes(TOO_MANY_MONTHS));
}

/** Destination of blocks. */
export interface BlockWriter {
  /**
   * Writes the rows of a block, once however often it is called. Rejects with RowsRefusedError when it wrote no row and
   * never will. With any other error it is unknown whether the rows were written.
   */
  insert(block: Block, signal: AbortSignal): Promise<void>;
  /** Reads which rows of a block the table has. */
  find(block: Block, signal: AbortSignal): Promise<Found>;
}

export interface Found {
  /** Records with rows in the table. The rows of one record lie in one part, so all of them are there. */
  readonly offsets: ReadonlySet<bigint>;
  /** True when the table certainly still remembers the token of these rows. */
  readonly remembersToken: boolean;
  /** True when materialised views read inserts into this table. */
  readonly hasViews: boolean;
}

const ROWS = `FROM {table: Identifier} WHERE _topic_id = {topicId: String} AND _topic = {topic: String} AND _partition = {partition: UInt32}
  AND _offset BETWEEN {min: UInt64} AND {max: UInt64}`;
const OFFSETS = `(SELECT groupUniqArray(toString(_offset)) ${ROWS})`;
/**
 * A table numbers its blocks and remembers the tokens of the last ones. We rely on half of them, because others may
 * write meanwhile. A replicated table also forgets tokens by time, so for it this is never certain.
 */
const REMEMBERS = `(SELECT min(min_block_number) > max(newest) - intDiv(toInt64OrZero(
    (SELECT extract(engine_full, 'non_replicated_deduplication_window = (\\\\d+)') FROM system.tables
     WHERE database = currentDatabase() AND name = {table: String})), 2)
  FROM (SELECT name, min_block_number, max(max_block_number) OVER () AS newest FROM system.parts
        WHERE active AND database = currentDatabase() AND table = {table: String})
  WHERE name IN (SELECT DISTINCT _part ${ROWS}))`;

const VIEWS = `(SELECT notEmpty(dependencies_table) FROM system.tables
  WHERE database = currentDatabase() AND name = {table: String})`;

/**
 * Longest time for one write. It is below the session timeout, so the write of a writer that lost its place has ended.
 */
export interface Deadline {
  readonly deadlineMs: number;
}

/**
 * The settings that make a server use tokens, whatever its profile says. From 26.2 on one setting replaces the older
 * one.
 */
async function deduplicationSettings(client: ClickHouseClient, signal: AbortSignal): Promise<ClickHouseSettings> {
  const older = { insert_deduplicate: 1, deduplicate_blocks_in_dependent_materialized_views: 1 } as const;
  const query = "SELECT count() AS known FROM system.settings WHERE name = 'deduplicate_insert'";
  const answer = await client.query({ query, format: 'JSONEachRow', abort_signal: signal });
  const [row] = await answer.json<{ readonly known: string | number }>();
  return Number(row?.known) === 0 ? older : { ...older, deduplicate_insert: 'enable' };
}

async function insertRows(
  client: ClickHouseClient,
  { table, body }: Block,
  settings: ClickHouseSettings,
  signal: AbortSignal,
): Promise<void> {
  const { stream } = await client.exec({
    query: `INSERT INTO ${table} FORMAT JSONEachRow`,
    values: Readable.from([body], { objectMode: false }),
    clickhouse_settings: { ...settings, async_insert: 0, input_format_parallel_parsing: 0 }, // one block per insert
    abort_signal: signal,
  });
  for await (const _ of stream); // the server has answered when the stream ends
}

/** Writes each block with one insert and its token: a table stores a token once (within its deduplication window). */
export function clickHouseWriter(client: ClickHouseClient, { deadlineMs }: Deadline): BlockWriter {
  const bounded = (signal: AbortSignal): AbortSignal => AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]);
  let deduplicating: ClickHouseSettings | undefined;
  const max_execution_time = Math.ceil(deadlineMs / 1000);
  return {
    async insert(block, signal) {
      deduplicating ??= await deduplicationSettings(client, bounded(signal));
      const settings = { ...deduplicating, insert_deduplication_token: tokenOf(block), max_execution_time };
      await insertRows(client, block, settings, bounded(signal)).catch((error: unknown) => {
        throw isRefusal(error) ? new RowsRefusedError(error.message, { cause: error }) : error;
      });
    },
    async find({ table, origin, min, max }, signal) {
      const answer = await client.query({
        query: `SELECT ${OFFSETS} AS offsets, ${REMEMBERS} AS remembers, ${VIEWS} AS views`,
        query_params: { table, ...origin, min: String(min), max: String(max) },
        format: 'JSONEachRow',
        abort_signal: bounded(signal),
      });
      const [row] = await answer.json<{
        readonly offsets: readonly string[];
        readonly remembers: number;
        readonly views: number;
      }>();
      return {
        offsets: new Set(row?.offsets.map(BigInt)),
        remembersToken: row?.remembers === 1,
        hasViews: row?.views === 1,
      };
    },
  };
}
