import { Readable } from 'node:stream';
import { type ClickHouseClient, ClickHouseError, type ClickHouseSettings } from '@clickhouse/client';
import { type Block, tokenOf } from './block.ts';

/** The table refuses rows for what they say: nothing of the insert was written, and the same rows are refused again. */
export class RowsRefusedError extends Error {
  readonly code = 'ROWS_REFUSED';
  readonly retriable = false;
}

/**
 * ClickHouse's codes for a value that its column does not take: what cannot be parsed (6, 26, 27, 32, 38, 41, 72, 117,
 * 130, 131, 441), what is out of range (69, 321, 349, 407), an unknown element of an enum (36, 691), a broken constraint (469).
 */
const REFUSED: ReadonlySet<string> = new Set(
  [6, 26, 27, 32, 36, 38, 41, 53, 69, 72, 117, 130, 131, 321, 349, 407, 441, 469, 691].map(String),
);
/** Rows of more months than one insert may hold: halves of it are taken. */
const TOO_MANY_MONTHS = 'single INSERT block';

function isRefusal(error: unknown): error is ClickHouseError {
  return error instanceof ClickHouseError && (REFUSED.has(error.code) || error.message.includes(TOO_MANY_MONTHS));
}

/** Where blocks go. */
export interface BlockWriter {
  /**
   * Writes the rows of a block, once however often it is called. Rejects with RowsRefusedError when none was written
   * and none will be, with any other error when it cannot be known whether they were.
   */
  insert(block: Block, signal: AbortSignal): Promise<void>;
  /** What the table holds of a block. */
  find(block: Block, signal: AbortSignal): Promise<Found>;
}

export interface Found {
  /** Records that have rows in it. Rows of one record lie in one part, so they are all there. */
  readonly offsets: ReadonlySet<bigint>;
  /** True when it is certain that the table still knows the token these rows came with. */
  readonly remembersToken: boolean;
  /** True when materialised views behind the table read what is inserted. */
  readonly hasViews: boolean;
}

const ROWS = `FROM {table: Identifier} WHERE _topic = {topic: String} AND _partition = {partition: UInt32}
  AND _offset BETWEEN {min: UInt64} AND {max: UInt64}`;
const OFFSETS = `(SELECT groupUniqArray(toString(_offset)) ${ROWS})`;
/**
 * A table numbers the blocks it takes and remembers the tokens of a number of them. Half of that is left to others that
 * write meanwhile. A replicated table also forgets by time: of it nothing is certain.
 */
const REMEMBERS = `(SELECT min(min_block_number) > max(newest) - intDiv(toInt64OrZero(
    (SELECT extract(engine_full, 'non_replicated_deduplication_window = (\\\\d+)') FROM system.tables
     WHERE database = currentDatabase() AND name = {table: String})), 2)
  FROM (SELECT name, min_block_number, max(max_block_number) OVER () AS newest FROM system.parts
        WHERE active AND database = currentDatabase() AND table = {table: String})
  WHERE name IN (SELECT DISTINCT _part ${ROWS}))`;

const VIEWS = `(SELECT notEmpty(dependencies_table) FROM system.tables
  WHERE database = currentDatabase() AND name = {table: String})`;

/** Longer than this no write may take: below the session timeout, so that a writer that lost its place has ended. */
export interface Deadline {
  readonly deadlineMs: number;
}

/** What makes a server take a token once, whatever its profile says; from 26.2 on one setting overrules the older. */
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

/** Writes each block by one insert with its token: a table takes a token once (within its deduplication window). */
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
        query_params: { table, topic: origin.topic, partition: origin.partition, min: String(min), max: String(max) },
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
