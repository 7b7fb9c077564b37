import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { ANALYSTS_AT_ONCE, ANALYSTS_WAITING, STATEMENT_LIMIT_BYTES } from './analyst.ts';
import { readBody, readForm } from './body.ts';
import type { Engine, EngineRequest } from './engine.ts';
import { engineError, httpStatus } from './errors.ts';
import type { Judge } from './judge.ts';
import { type Asked, analystRequest, queryIdOf, readUrl, writerRequest } from './request.ts';
import { Turnstile } from './turnstile.ts';
import { authenticate, type PasswordHashes, type UserName } from './users.ts';

const WRITER_BODY_BYTES = 1_073_741_824;

/** How often to look whether analysts' statements hold all places. */
const LOOK_MS = 1_000;

/** How many statements of writers and the gateway run at once. UV_THREADPOOL_SIZE covers these, analysts' and the server's work. */
const WRITERS_AT_ONCE = 24;
const WRITERS_WAITING = 1_000;

const METHODS: readonly string[] = ['GET', 'HEAD', 'POST'];

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  JSON: 'application/json; charset=UTF-8',
  JSONCompact: 'application/json; charset=UTF-8',
  JSONEachRow: 'application/x-ndjson; charset=UTF-8',
  CSV: 'text/csv; charset=UTF-8; header=absent',
  CSVWithNames: 'text/csv; charset=UTF-8; header=present',
  TabSeparated: 'text/tab-separated-values; charset=UTF-8',
  TabSeparatedWithNames: 'text/tab-separated-values; charset=UTF-8',
};

export interface ServerOptions {
  readonly engine: Engine;
  readonly judge: Judge;
  readonly hashes: PasswordHashes;
  /**
   * The engine ends a statement only between two calls of a function, so some cannot be ended. When such statements have
   * held all places of analysts for `afterMs`, `end` is called.
   */
  readonly stuck: { readonly afterMs: number; readonly end: () => void };
}

interface Answer {
  readonly bytes: Buffer;
  readonly format: string;
  readonly rowsRead: number;
  readonly bytesRead: number;
}

/**
 * ClickHouse's HTTP interface over the embedded engine: query in URL or body, `param_*`, settings in the URL,
 * `default_format`, gzip both ways, `/ping`, the X-ClickHouse-* headers, errors in ClickHouse's form.
 * Query and parameters also come as multipart/form-data. It lacks native block compression, external tables, and sessions over several requests.
 */
export async function createClickHouseServer({ engine, judge, hashes, stuck }: ServerOptions): Promise<Server> {
  const [version, timezone] = [await engine.text('SELECT version()'), await engine.text('SELECT timezone()')];
  const interfaceOf = new HttpInterface(engine, judge, hashes);
  setInterval(() => interfaceOf.analystsHeldMs > stuck.afterMs && stuck.end(), LOOK_MS).unref();
  return createServer((request, response) => {
    response.setHeader('X-ClickHouse-Server-Display-Name', 'sightline');
    response.setHeader('X-ClickHouse-Timezone', timezone);
    interfaceOf.answer(request, response).catch((error: unknown) => {
      const { code, text } = engineError(error);
      if (response.headersSent) return void response.destroy();
      response.setHeader('X-ClickHouse-Exception-Code', String(code));
      const unread = request.complete ? {} : { Connection: 'close' };
      response.writeHead(httpStatus(code), { 'Content-Type': 'text/plain; charset=UTF-8', ...unread });
      response.end(`${text} (version ${version})\n`, () => {
        if (!request.complete) request.destroy(); // the rest of the body is not read
      });
    });
  });
}

class HttpInterface {
  readonly #engine: Engine;
  readonly #judge: Judge;
  readonly #hashes: PasswordHashes;
  readonly #turnstiles: Readonly<Record<UserName, Turnstile>> = {
    writer: new Turnstile(WRITERS_AT_ONCE, WRITERS_WAITING),
    analyst: new Turnstile(ANALYSTS_AT_ONCE, ANALYSTS_WAITING),
  };

  constructor(engine: Engine, judge: Judge, hashes: PasswordHashes) {
    this.#engine = engine;
    this.#judge = judge;
    this.#hashes = hashes;
  }

  /** How long the same statements have held all places of analysts, in ms. */
  get analystsHeldMs(): number {
    return this.#turnstiles.analyst.heldMs;
  }

  /** Answers one request. Reads the body only after the password was right. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams: url } = readUrl(request.url ?? '/');
    if (pathname === '/ping' || pathname === '/replicas_status') return void response.end('Ok.\n');
    if (pathname !== '/') return void response.writeHead(404).end(`There is no handle ${pathname}\n`);
    if (!METHODS.includes(request.method ?? ''))
      return void response.writeHead(405, { Allow: METHODS.join(', ') }).end(`Send GET, HEAD or POST\n`);
    const user = authenticate(request.headers, url, this.#hashes);
    if (request.method === 'GET' && !url.has('query')) return void response.end('Ok.\n');
    const left = new AbortController();
    response.once('close', () => left.abort());
    const { headers, method } = request;
    let body = await readBody(request, user === 'writer' ? WRITER_BODY_BYTES : STATEMENT_LIMIT_BYTES);
    const contentType = headers['content-type'] ?? '';
    if (/^multipart\/form-data\b/i.test(contentType)) {
      const form = await readForm(body, contentType);
      for (const [name, value] of form.others) url.append(name, value);
      body = form.query;
    }
    const queryId = queryIdOf(url);
    const asked: Asked = { url, headers, method, body, queryId, signal: left.signal };
    const startMs = performance.now();
    const answer = await this.#turnstiles[user].run(() => this.#run(user, asked), left.signal);
    const summary = {
      read_rows: String(answer.rowsRead),
      read_bytes: String(answer.bytesRead),
      elapsed_ns: String(Math.round((performance.now() - startMs) * 1e6)),
    };
    response.setHeader('X-ClickHouse-Query-Id', queryId);
    response.setHeader('X-ClickHouse-Format', answer.format);
    response.setHeader('X-ClickHouse-Summary', JSON.stringify(summary));
    response.setHeader('Content-Type', CONTENT_TYPES[answer.format] ?? 'application/octet-stream');
    await send(request, response, url, answer.bytes);
  }

  async #run(user: UserName, asked: Asked): Promise<Answer> {
    if (user === 'writer') return this.#query(writerRequest(asked));
    const analyst = await analystRequest(asked, this.#judge);
    if (!('kill' in analyst)) return this.#query(analyst);
    const found = await this.#engine.kill(analyst.kill);
    return { bytes: Buffer.from(`${found}\n`), format: 'TabSeparatedWithNames', rowsRead: 0, bytesRead: 0 };
  }

  async #query(request: EngineRequest): Promise<Answer> {
    const { statement, defaultFormat } = request;
    const result = await this.#engine.run(request);
    const format = (statement.kind === 'query' ? statement.format : undefined) ?? defaultFormat;
    const { rowsRead = 0, bytesRead = 0 } = result ?? {};
    return { bytes: result?.bytes ?? Buffer.alloc(0), format, rowsRead, bytesRead };
  }
}

async function send(
  request: IncomingMessage,
  response: ServerResponse,
  url: URLSearchParams,
  bytes: Buffer,
): Promise<void> {
  const gzip =
    url.get('enable_http_compression') === '1' && /\bgzip\b/.test(String(request.headers['accept-encoding']));
  if (!gzip) return void response.end(bytes);
  response.setHeader('Content-Encoding', 'gzip');
  await pipeline(Readable.from([bytes]), createGzip({ level: 1 }), response);
}
