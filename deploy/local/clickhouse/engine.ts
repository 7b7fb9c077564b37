import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type EngineResult, openEngine, withConnection } from './addon.ts';
import { type EngineFolders, prepareEngine } from './engine-config.ts';
import { quote, quoteName } from './quote.ts';
import type { Statement } from './statement.ts';

export interface EngineRequest {
  readonly statement: Statement;
  readonly database: string | undefined;
  /** Applied in order. `readonly` must come last, because it blocks later settings. */
  readonly settings: readonly (readonly [name: string, value: string])[];
  /** Format of the result when the statement names none. */
  readonly defaultFormat: string;
  /** Unique mark of the query in `system.processes` (setting log_comment). */
  readonly mark: string;
  /** Its abort ends a query that only reads; other queries run on. */
  readonly signal: AbortSignal;
}

const KILL_AGAIN_MS = 100;
/** A folder named `a=b` is no column of the data below it. */
const PLAIN_PATHS = ['use_hive_partitioning', '0'] as const;

/**
 * The embedded engine. Only one process may open its data directory. Each request gets its own connection (0.2 ms), so
 * settings, parameters and the current database never leak to another. Statements run on libuv's threads and do not
 * block the event loop.
 */
export class Engine {
  readonly #folders: EngineFolders;
  readonly #close: () => void;
  #running = 0;

  /** Opens the data under `home`. Loads no further code, so the process may have dropped its rights before. */
  constructor(home: string) {
    this.#folders = prepareEngine(home);
    this.#close = openEngine(this.#folders.data, [`--config-file=${this.#folders.config}`]);
  }

  /** True while a statement runs. `close` would wait for it, without limit. */
  get busy(): boolean {
    return this.#running > 0;
  }

  /** Runs a statement that we wrote. Returns its result as text. */
  async text(sql: string): Promise<string> {
    const { bytes } = await withConnection(this.#folders.data, run => run(sql, 'TabSeparatedRaw'));
    return bytes.toString('utf8').trimEnd();
  }

  /** Runs one statement; rejects with the engine's error. */
  async run(request: EngineRequest): Promise<EngineResult | undefined> {
    const { statement } = request;
    if (statement.kind === 'query') return this.#runSql(statement.sql, request);
    if (statement.data.length === 0) return undefined;
    // The engine takes statements only as text, so the bytes of an insert go through a file.
    const file = join(this.#folders.inserts, randomUUID());
    try {
      await writeFile(file, statement.data, { mode: 0o600 });
      const { into, settings, format } = statement;
      return await this.#runSql(`${into} FROM INFILE ${quote(file)} ${settings} FORMAT ${format}`, request);
    } finally {
      await rm(file, { force: true });
    }
  }

  /** Ends queries that match `condition` on the columns of `system.processes`. Returns ClickHouse's list of them. */
  kill(condition: string): Promise<string> {
    return this.text(`KILL QUERY WHERE ${condition} ASYNC FORMAT TabSeparatedWithNames`);
  }

  async #runSql(sql: string, request: EngineRequest): Promise<EngineResult> {
    const { database, settings, defaultFormat, mark, signal } = request;
    signal.throwIfAborted();
    const use = database === undefined ? [] : [`USE ${quoteName(database)}`];
    const sets = [['log_comment', mark] as const, PLAIN_PATHS, ...settings].map(
      ([name, value]) => `SET ${name} = ${quote(value)}`,
    );
    let timer: NodeJS.Timeout | undefined;
    // A query that still waits for a thread is not listed yet.
    const kill = (): void => {
      this.kill(`Settings['log_comment'] = ${quote(mark)}`).catch(() => undefined);
      timer = setTimeout(kill, KILL_AGAIN_MS);
    };
    const { statement } = request;
    if (statement.kind === 'query' && statement.reads) signal.addEventListener('abort', kill, { once: true });
    this.#running += 1;
    try {
      const text = [...use, ...sets, sql].join(';\n');
      return await withConnection(this.#folders.data, run => run(text, defaultFormat));
    } finally {
      this.#running -= 1;
      signal.removeEventListener('abort', kill);
      clearTimeout(timer);
    }
  }

  close(): void {
    this.#close();
  }
}
