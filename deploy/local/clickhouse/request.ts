import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { ANALYST_DATABASE, ANALYST_LIMITS, ANALYST_MARK, ROW_FILTERS, SETTINGS } from './analyst.ts';
import type { EngineRequest } from './engine.ts';
import { ClickHouseError } from './errors.ts';
import { type Judge, judgeFormat } from './judge.ts';
import { quote } from './quote.ts';
import { readStatement } from './statement.ts';
import type { UserName } from './users.ts';
import { textOf } from './utf8.ts';

const NAME = /^[A-Za-z_]\w*$/;
const PARAMETER = 'param_';

/** URL parameters that are not settings of the engine. */
const NOT_SETTINGS = new Set([
  'query',
  'database',
  'default_format',
  'user',
  'password',
  'query_id',
  'session_id',
  'session_timeout',
  'session_check',
  'quota_key',
  'role',
  'compress',
  'decompress',
  'wait_end_of_query',
  'buffer_size',
  'enable_http_compression',
  'http_response_buffer_size',
  'http_headers_progress_interval_ms',
  'http_zlib_compression_level',
  'client_protocol_version',
  'send_progress_in_http_headers',
  'add_http_cors_header',
  'cancel_http_readonly_queries_on_client_close',
  'stacktrace',
]);

/** A request of a client whose password was right. */
export interface Asked {
  readonly url: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly method: string | undefined;
  readonly body: Buffer;
  readonly queryId: string;
  readonly signal: AbortSignal;
}

/** Reads the URL of a request. Throws ClickHouseError 36 when its text is not percent-encoded UTF-8. */
export function readUrl(path: string): { readonly pathname: string; readonly searchParams: URLSearchParams } {
  try {
    if (/[^\x21-\x7e]/.test(path)) throw new URIError('raw bytes');
    decodeURIComponent(path);
    return new URL(`http://localhost${path}`);
  } catch {
    throw badArgument('The URL is not percent-encoded UTF-8');
  }
}

/** The id that the client gave its query, or a new one. Throws ClickHouseError 36 for one that no header can carry. */
export function queryIdOf(url: URLSearchParams): string {
  const id = url.get('query_id') || randomUUID();
  if (QUERY_ID.test(id)) return id;
  throw badArgument('query_id may have 1 to 200 printable ASCII characters');
}

const QUERY_ID = /^[\x20-\x7e]{1,200}$/;

const badArgument = (what: string): ClickHouseError => new ClickHouseError(36, what, 'BAD_ARGUMENTS');

type Setting = readonly [name: string, value: string];

/** Makes the engine's request from the writer's. */
export function writerRequest(asked: Asked): EngineRequest {
  const { url, body, method, signal } = asked;
  const readOnlyMethod: readonly Setting[] = method === 'POST' ? [] : [['readonly', '2']];
  return {
    statement: readStatement(url.get('query') ?? '', body),
    database: databaseOf(asked),
    settings: [...settingsOf(url).filter(([name]) => name !== 'log_comment'), ...readOnlyMethod],
    defaultFormat: formatOf(asked),
    mark: markOf('writer', asked),
    signal,
  };
}

/** Makes the engine's request from an analyst's, or the condition of the queries to end. Throws the judge's errors. */
export async function analystRequest(asked: Asked, judge: Judge): Promise<EngineRequest | { readonly kill: string }> {
  const { url, body, signal } = asked;
  const settings = settingsOf(url);
  const parameters = new Map(
    settings
      .filter(([name]) => name.startsWith(PARAMETER))
      .map(([name, value]) => [name.slice(PARAMETER.length), value]),
  );
  const database = databaseOf(asked) ?? 'default';
  if (/^system$/i.test(database))
    throw new ClickHouseError(
      497,
      'The default database of an analyst cannot be system: write system.tables',
      'ACCESS_DENIED',
    );
  const defaultFormat = formatOf(asked);
  judgeFormat(defaultFormat);
  const text = [url.get('query') ?? '', textOf(body)].filter(part => part !== '').join('\n');
  const judged = await judge.judge(text, parameters);
  if (judged.kind === 'kill') return { kill: ownQuery(judged.queryId) };
  return {
    statement: { kind: 'query', sql: judged.sql, format: judged.format, reads: true },
    database: database === 'default' ? ANALYST_DATABASE : database,
    settings: [...analystSettings(settings), ['readonly', '1']],
    defaultFormat,
    mark: markOf('analyst', asked),
    signal,
  };
}

/** The condition that finds an analyst's query by its id, the client's or the engine's. */
function ownQuery(queryId: string): string {
  const id = quote(queryId);
  const mark = "Settings['log_comment']";
  return `startsWith(${mark}, '${ANALYST_MARK}') AND (query_id = ${id} OR endsWith(${mark}, concat(' ', ${id})))`;
}

function analystSettings(given: readonly Setting[]): readonly Setting[] {
  const limits = new Map(Object.entries(ANALYST_LIMITS));
  const others: Setting[] = [];
  for (const [name, value] of given) {
    const limit = limits.get(name);
    if (limit !== undefined) limits.set(name, tightened(name, value, limit));
    else if (name.startsWith(PARAMETER) || SETTINGS.test(name)) others.push([name, value]);
    else
      throw new ClickHouseError(
        164,
        `Cannot modify '${name}' setting in readonly mode; analysts may change the form of a result (output_format_json_quote_64bit_integers, session_timezone, limit, ...) and tighten limits`,
        'READONLY',
      );
  }
  const filters = Object.entries(ROW_FILTERS).map(([table, condition]) => `${quote(table)}: ${quote(condition)}`);
  return [
    ...others,
    ...[...limits].map(([name, limit]): Setting => [name, String(limit)]),
    ['additional_table_filters', `{${filters.join(', ')}}`],
  ];
}

/** The smaller of value and limit. Throws for 0, which would lift the limit, and for anything that is not a number. */
function tightened(name: string, value: string, limit: number): number {
  const asked = /^\d+$/.test(value) ? Number(value) : 0;
  if (asked > 0) return Math.min(asked, limit);
  throw new ClickHouseError(164, `Cannot modify '${name}' setting to ${value}: give 1 to ${limit}`, 'READONLY');
}

function settingsOf(url: URLSearchParams): readonly Setting[] {
  // The engine's interface ends a text at a NUL character.
  for (const [name, value] of url)
    if (value.includes('\0')) throw badArgument(`The URL parameter ${name} has a NUL character`);
  const settings = [...url].filter(([name]) => !NOT_SETTINGS.has(name));
  for (const [name] of settings)
    if (!NAME.test(name))
      throw new ClickHouseError(115, `Setting ${name} is neither a builtin setting nor a parameter`, 'UNKNOWN_SETTING');
  return settings;
}

function databaseOf({ url, headers }: Asked): string | undefined {
  const database = url.get('database') ?? text(headers['x-clickhouse-database']);
  if (database === '') throw badArgument('database is empty: name one, or leave it out');
  return database;
}

const formatOf = ({ url, headers }: Asked): string =>
  url.get('default_format') ?? text(headers['x-clickhouse-format']) ?? 'TabSeparated';

/** A unique mark for a query. It ends with the client's query id. */
const markOf = (user: UserName, { queryId }: Asked): string => `${user}:${randomUUID()} ${queryId}`;

const text = (value: string | string[] | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;
