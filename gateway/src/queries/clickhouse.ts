import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import type { Logger } from '@sightline/processors/process';
import type { z } from 'zod';

/** ClickHouse did not answer, or refused; `retriable`: it may answer later. */
export class ClickHouseUnavailableError extends Error {
  readonly code = 'CLICKHOUSE_UNAVAILABLE';
  readonly retriable = true;
}

export interface ClickHouseOptions {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly database: string;
  readonly logger: Logger;
}

export type QueryParams = Readonly<Record<string, string | number | boolean | readonly string[] | readonly number[]>>;

/** One parametrised, bounded read. */
export interface ClickHouseReader {
  /** Throws ClickHouseUnavailableError; after a failure it does so at once for a moment, so that nobody waits in line. */
  rows<T>(sql: string, params: QueryParams, row: z.ZodType<T>): Promise<readonly T[]>;
  /** Asks whether it answers; undefined: all is well. */
  ping(): Promise<string | undefined>;
  /** False from a failed read to the next that succeeds. */
  reached(): boolean;
  close(): Promise<void>;
}

const ANSWER_WITHIN_MS = 5_000;
const LEAVE_ALONE_MS = 1_000;
/** Every read is bounded, whatever its SQL says. */
const BOUNDS = { max_execution_time: 5, max_result_rows: '50000', result_overflow_mode: 'throw' } as const;

export function openClickHouse({ logger, ...options }: ClickHouseOptions): ClickHouseReader {
  const client: ClickHouseClient = createClient({
    ...options,
    request_timeout: ANSWER_WITHIN_MS,
    max_open_connections: 16,
    application: 'sightline-gateway',
    log: { level: ClickHouseLogLevel.OFF }, // we log each loss once
  });
  let trouble: string | undefined;
  let leaveAloneUntilMs = 0;

  async function fetchRows(sql: string, params: QueryParams): Promise<readonly unknown[]> {
    const result = await client.query({
      query: sql,
      query_params: { ...params },
      format: 'JSONEachRow',
      clickhouse_settings: BOUNDS,
    });
    return await result.json();
  }

  return {
    async rows(sql, params, row) {
      if (trouble !== undefined && Date.now() < leaveAloneUntilMs) throw new ClickHouseUnavailableError(trouble);
      try {
        const found = await fetchRows(sql, params);
        trouble = undefined;
        return found.map(value => row.parse(value));
      } catch (error) {
        if (trouble === undefined) logger.error({ err: error }, 'ClickHouse does not answer');
        trouble = error instanceof Error ? error.message : String(error);
        leaveAloneUntilMs = Date.now() + LEAVE_ALONE_MS;
        throw new ClickHouseUnavailableError(trouble, { cause: error });
      }
    },
    async ping() {
      try {
        await fetchRows('SELECT 1', {});
        trouble = undefined;
      } catch (error) {
        trouble ??= error instanceof Error ? error.message : String(error);
      }
      return trouble;
    },
    reached: () => trouble === undefined,
    close: () => client.close(),
  };
}
