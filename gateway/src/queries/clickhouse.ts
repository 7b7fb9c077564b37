import { type ClickHouseClient, ClickHouseError, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import type { Logger } from '@sightline/processors/process';
import type { z } from 'zod';
import { ClientError } from '../errors.ts';
import { Freshness } from './freshness.ts';

/** ClickHouse cannot answer now. `away`: it cannot be reached, or refuses our login. `slow`: it took too long. */
export class ClickHouseUnavailableError extends Error {
  readonly code = 'CLICKHOUSE_UNAVAILABLE';
  readonly retriable = true;
  readonly reason: 'away' | 'slow';

  constructor(reason: 'away' | 'slow', message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** ClickHouse refuses this one query because of its values. Other queries still work. */
export class ClickHouseRefusedError extends ClientError {
  constructor(type: string, cause: unknown) {
    super(`the analytics database refuses this query (${type}): check its values`, 'BAD_INPUT', 400);
    this.cause = cause;
  }
}

export interface ClickHouseOptions {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly database: string;
  readonly logger: Logger;
}

export type QueryParams = Readonly<Record<string, string | number | boolean | readonly string[] | readonly number[]>>;

/** Runs parametrised, bounded queries. */
export interface ClickHouseReader {
  /**
   * Throws ClickHouseUnavailableError, or ClickHouseRefusedError when ClickHouse refuses the query. After a failure it
   * throws at once for a while, so that callers do not queue up.
   */
  rows<T>(sql: string, params: QueryParams, row: z.ZodType<T>): Promise<readonly T[]>;
  /** Checks that ClickHouse answers; undefined: it does. */
  ping(): Promise<ClickHouseUnavailableError | undefined>;
  /** False from a read that found ClickHouse away or slow until the next read that succeeds. */
  reached(): boolean;
  close(): Promise<void>;
}

const ANSWER_WITHIN_MS = 5_000;
const PING_WITHIN_MS = 2_000;
/** How long no query is sent after a failure. After a slow answer, the next ping may end the wait. */
const LEAVE_ALONE_MS = { away: 1_000, slow: 6_000 } as const;
/** Bounds of every read. ClickHouse's time limit is shorter than ours, so ClickHouse gives up first. */
const BOUNDS = { max_execution_time: 4, max_result_rows: '100000', result_overflow_mode: 'throw' } as const;

/** Error codes of an overloaded ClickHouse: TIMEOUT_EXCEEDED, too many queries, out of memory. */
const SLOW_CODES: ReadonlySet<string> = new Set(['159', '160', '202', '203', '241', '473']);
/** Error codes of a ClickHouse that is not set up for us or is stopping: no such table, no rights, cancelled. */
const AWAY_CODES: ReadonlySet<string> = new Set([
  '60',
  '81',
  '164',
  '192',
  '193',
  '194',
  '210',
  '236',
  '394',
  '497',
  '516',
]);

function failureOf(error: unknown): ClickHouseUnavailableError | ClickHouseRefusedError {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof ClickHouseError) {
    const { code, type = `code ${code}` } = error;
    if (SLOW_CODES.has(code))
      return new ClickHouseUnavailableError('slow', `it is overloaded: ${type}`, { cause: error });
    if (AWAY_CODES.has(code)) return new ClickHouseUnavailableError('away', message, { cause: error });
    return new ClickHouseRefusedError(type, error);
  }
  if (error instanceof TypeError || error instanceof URIError || error instanceof RangeError)
    return new ClickHouseRefusedError('the query cannot be sent', error);
  if (/timeout|aborted/i.test(message))
    return new ClickHouseUnavailableError('slow', `it took longer than ${ANSWER_WITHIN_MS / 1000} s`, { cause: error });
  return new ClickHouseUnavailableError('away', message, { cause: error });
}

export function openClickHouse({ logger, ...options }: ClickHouseOptions): ClickHouseReader {
  const client: ClickHouseClient = createClient({
    ...options,
    request_timeout: ANSWER_WITHIN_MS,
    max_open_connections: 16,
    use_multipart_params_auto: true, // a long list of ids does not fit into a URL
    application: 'sightline-gateway',
    log: { level: ClickHouseLogLevel.OFF }, // our own log reports each loss once
  });
  let trouble: ClickHouseUnavailableError | undefined;
  let leaveAloneUntilMs = 0;

  async function fetchRows(sql: string, params: QueryParams, signal?: AbortSignal): Promise<readonly unknown[]> {
    const result = await client.query({
      query: sql,
      query_params: { ...params },
      format: 'JSONEachRow',
      clickhouse_settings: BOUNDS,
      ...(signal && { abort_signal: signal }),
    });
    return await result.json();
  }

  function lost(failure: ClickHouseUnavailableError): void {
    if (trouble === undefined) logger.error({ err: failure }, `ClickHouse is ${failure.reason}`);
    trouble = failure;
    leaveAloneUntilMs = Date.now() + LEAVE_ALONE_MS[failure.reason];
  }

  async function ping(): Promise<ClickHouseUnavailableError | undefined> {
    try {
      await fetchRows('SELECT 1', {}, AbortSignal.timeout(PING_WITHIN_MS));
      trouble = undefined;
    } catch (error) {
      const failure = failureOf(error);
      if (failure instanceof ClickHouseUnavailableError) lost(failure);
    }
    return trouble;
  }

  return {
    async rows(sql, params, row) {
      Freshness.current?.endsNow(); // rows change without a version
      if (trouble !== undefined && Date.now() < leaveAloneUntilMs) throw trouble;
      let found: readonly unknown[];
      try {
        found = await fetchRows(sql, params);
      } catch (error) {
        const failure = failureOf(error);
        if (failure instanceof ClickHouseRefusedError) logger.warn({ err: error, sql }, 'ClickHouse refuses a query');
        else if (failure.reason === 'away') lost(failure);
        else void ping(); // tells whether ClickHouse is slow for all or only for this query
        throw failure;
      }
      trouble = undefined;
      return found.map(value => row.parse(value));
    },
    ping,
    reached: () => trouble === undefined,
    close: () => client.close(),
  };
}
