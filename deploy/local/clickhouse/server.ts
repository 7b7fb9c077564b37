import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Engine, EngineRequest } from './engine.ts';
import { ClickHouseError, engineError, httpStatus } from './errors.ts';
import { readStatement, refuseFiles } from './statement.ts';
import { Turnstile } from './turnstile.ts';
import { ANALYST_LIMITS, ANALYSTS_AT_ONCE, authenticate, mayChange, type Passwords, type UserName } from './users.ts';

const BODY_LIMIT_BYTES = 1_073_741_824;
const analysts = new Turnstile(ANALYSTS_AT_ONCE);
const NAME = /^[A-Za-z_]\w*$/;

/** URL parameters that are no settings of the engine, and settings that only a server's HTTP layer has. */
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

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  JSON: 'application/json; charset=UTF-8',
  JSONCompact: 'application/json; charset=UTF-8',
  JSONEachRow: 'application/x-ndjson; charset=UTF-8',
  CSV: 'text/csv; charset=UTF-8; header=absent',
  CSVWithNames: 'text/csv; charset=UTF-8; header=present',
  TabSeparated: 'text/tab-separated-values; charset=UTF-8',
  TabSeparatedWithNames: 'text/tab-separated-values; charset=UTF-8',
};

/**
 * ClickHouse's HTTP interface over the embedded engine: query in URL or body, `param_*`, settings in the URL,
 * `default_format`, gzip both ways, `/ping`, the X-ClickHouse-* headers, errors in ClickHouse's words.
 * Not here: native block compression, external tables, sessions that outlive a request.
 */
export function createClickHouseServer(engine: Engine, passwords: Passwords): Server {
  const version = engine.value('SELECT version()');
  const timezone = engine.value('SELECT timezone()');
  return createServer((request, response) => {
    const queryId = randomUUID();
    response.setHeader('X-ClickHouse-Server-Display-Name', 'sightline');
    response.setHeader('X-ClickHouse-Timezone', timezone);
    answer(request, response, engine, passwords, queryId).catch((error: unknown) => {
      const { code, text } = engineError(error);
      response.setHeader('X-ClickHouse-Exception-Code', String(code));
      response.writeHead(httpStatus(code), { 'Content-Type': 'text/plain; charset=UTF-8' });
      response.end(`${text} (version ${version})\n`);
    });
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  engine: Engine,
  passwords: Passwords,
  fallbackId: string,
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  if (pathname === '/ping' || pathname === '/replicas_status') return void response.end('Ok.\n');
  if (pathname !== '/') return void response.writeHead(404).end(`There is no handle ${pathname}\n`);
  const body = await readBody(request);
  const user = authenticate(request.headers, searchParams, passwords);
  if (request.method === 'GET' && !searchParams.has('query')) return void response.end('Ok.\n');
  const engineRequest = readRequest(request, searchParams, user, body);
  const startMs = performance.now();
  const result = await (user === 'analyst' ? analysts.run(() => engine.run(engineRequest)) : engine.run(engineRequest));
  const bytes = Buffer.from(result?.bytes() ?? new Uint8Array());
  const { statement, defaultFormat } = engineRequest;
  const format = (statement.kind === 'query' ? statement.format : undefined) ?? defaultFormat;
  const summary = {
    read_rows: String(result?.rowsRead ?? 0),
    read_bytes: String(result?.bytesRead ?? 0),
    elapsed_ns: String(Math.round((performance.now() - startMs) * 1e6)),
  };
  response.setHeader('X-ClickHouse-Query-Id', searchParams.get('query_id') ?? fallbackId);
  response.setHeader('X-ClickHouse-Format', format);
  response.setHeader('X-ClickHouse-Summary', JSON.stringify(summary));
  response.setHeader('Content-Type', CONTENT_TYPES[format] ?? 'application/octet-stream');
  send(request, response, searchParams, bytes);
}

function readRequest(request: IncomingMessage, url: URLSearchParams, user: UserName, body: Buffer): EngineRequest {
  const statement = readStatement(url.get('query') ?? '', body);
  if (user === 'analyst' && statement.kind === 'query') refuseFiles(statement.sql);
  const settings = [...url].filter(([name]) => !NOT_SETTINGS.has(name));
  for (const [name] of settings) {
    if (!NAME.test(name))
      throw new ClickHouseError(115, `Setting ${name} is neither a builtin setting nor a parameter`, 'UNKNOWN_SETTING');
    if (!name.startsWith('param_')) mayChange(user, name);
  }
  const limits = user === 'analyst' ? [...Object.entries(ANALYST_LIMITS), ['readonly', '1'] as const] : [];
  const readOnlyMethod = user === 'writer' && request.method === 'GET' ? [['readonly', '2'] as const] : [];
  const header = (name: string): string | undefined => {
    const value = request.headers[name];
    return typeof value === 'string' ? value : undefined;
  };
  return {
    statement,
    database: url.get('database') ?? header('x-clickhouse-database'),
    settings: [...settings, ...limits, ...readOnlyMethod],
    defaultFormat: url.get('default_format') ?? header('x-clickhouse-format') ?? 'TabSeparated',
  };
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_LIMIT_BYTES) throw new ClickHouseError(307, 'The body is larger than 1 GiB', 'TOO_MANY_BYTES');
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding === 'identity' || bytes.length === 0) return bytes;
  if (encoding === 'gzip') return gunzipSync(bytes, { maxOutputLength: BODY_LIMIT_BYTES });
  throw new ClickHouseError(48, `Content-Encoding ${encoding} is not implemented here; gzip is`, 'NOT_IMPLEMENTED');
}

function send(request: IncomingMessage, response: ServerResponse, url: URLSearchParams, bytes: Buffer): void {
  const gzip =
    url.get('enable_http_compression') === '1' && /\bgzip\b/.test(String(request.headers['accept-encoding']));
  if (gzip) response.setHeader('Content-Encoding', 'gzip');
  response.end(gzip ? gzipSync(bytes, { level: 1 }) : bytes);
}
