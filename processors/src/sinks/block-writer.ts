import { Readable } from 'node:stream';
import type { ClickHouseClient } from '@clickhouse/client';
import { type Block, tokenOf } from './block.ts';

/** Where blocks go. */
export interface BlockWriter {
  /** Writes the rows of a block, once however often it is called. Rejects when it cannot be known whether they were. */
  insert(block: Block, signal: AbortSignal): Promise<void>;
  /** Rows of the block's offsets that are in the table. */
  count(block: Block, signal: AbortSignal): Promise<number>;
}

/** Longer than this no write may take: below the session timeout, so that a writer that lost its place has ended. */
export interface Deadline {
  readonly deadlineMs: number;
}

/** Writes each block by one insert with its token: a table takes a token once (within its deduplication window). */
export function clickHouseWriter(client: ClickHouseClient, { deadlineMs }: Deadline): BlockWriter {
  const bounded = (signal: AbortSignal): AbortSignal => AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]);
  const maxExecutionTime = Math.ceil(deadlineMs / 1000);
  return {
    async insert(block, signal) {
      const { stream } = await client.exec({
        query: `INSERT INTO ${block.table} FORMAT JSONEachRow`,
        values: Readable.from([block.body], { objectMode: false }),
        clickhouse_settings: {
          insert_deduplication_token: tokenOf(block),
          async_insert: 0,
          max_execution_time: maxExecutionTime,
          input_format_parallel_parsing: 0, // one block per insert
        },
        abort_signal: bounded(signal),
      });
      for await (const _ of stream); // the server has answered when the stream ends
    },
    async count({ table, origin, min, max }, signal) {
      const answer = await client.query({
        query: `SELECT count() AS rows FROM ${table} WHERE _topic = {topic: String} AND _partition = {partition: UInt32}
          AND _offset BETWEEN {min: UInt64} AND {max: UInt64}`,
        query_params: { topic: origin.topic, partition: origin.partition, min: String(min), max: String(max) },
        format: 'JSONEachRow',
        abort_signal: bounded(signal),
      });
      const [row] = await answer.json<{ readonly rows: string | number }>();
      return Number(row?.rows ?? 0);
    },
  };
}
