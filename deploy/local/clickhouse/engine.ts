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
  /** In order; a `readonly` among them comes last, or it would refuse those after it. */
  readonly settings: readonly (readonly [name: string, value: string])[];
  /** Format of a result whose statement names none. */
  readonly defaultFormat: string;
  /** Marks the query in `system.processes` (setting log_comment), unlike every other. */
  readonly mark: string;
  /** Ends a query that reads; others run on. */
  readonly signal: AbortSignal;
}

const KILL_AGAIN_MS = 100;

/**
 * The embedded engine. A data directory belongs to one process; each request gets a connection of its own, so that
 * settings, parameters and the current database of one are never seen by another (opening one takes 0.2 ms).
 * Statements run on libuv's threads and do not hold up the event loop.
 */
export class Engine {
  readonly #folders: EngineFolders;
  readonly #close: () => void;

  /** Opens the data under `home`. Code that it needs was loaded with this module. */
  constructor(home: string) {
    this.#folders = prepareEngine(home);
    this.#close = openEngine(this.#folders.data, [`--config-file=${this.#folders.config}`]);
  }

  /** Runs a statement of our own; gives its result as text. */
  async text(sql: string): Promise<string> {
    const { bytes } = await withConnection(this.#folders.data, run => run(sql, 'TabSeparatedRaw'));
    return bytes.toString('utf8').trimEnd();
  }

  /** Runs one statement; rejects with the engine's error. */
  async run(request: EngineRequest): Promise<EngineResult | undefined> {
    const { statement } = request;
    if (statement.kind === 'query') return this.#runSql(statement.sql, request);
    if (statement.data.length === 0) return undefined;
    // The engine takes a statement as text only; data that is bytes comes from a file beside it.
    const file = join(this.#folders.inserts, randomUUID());
    try {
      await writeFile(file, statement.data, { mode: 0o600 });
      const { into, settings, format } = statement;
      return await this.#runSql(`${into} FROM INFILE '${file}' ${settings} FORMAT ${format}`, request);
    } finally {
      await rm(file, { force: true });
    }
  }

  /** Ends the queries for which `condition`, over the columns of `system.processes`, is true; gives what was found. */
  kill(condition: string): Promise<string> {
    return this.text(`KILL QUERY WHERE ${condition} ASYNC FORMAT TabSeparatedWithNames`);
  }

  async #runSql(sql: string, request: EngineRequest): Promise<EngineResult> {
    const { database, settings, defaultFormat, mark, signal } = request;
    signal.throwIfAborted();
    const use = database === undefined ? [] : [`USE ${quoteName(database)}`];
    const sets = [['log_comment', mark] as const, ...settings].map(([name, value]) => `SET ${name} = ${quote(value)}`);
    let timer: NodeJS.Timeout | undefined;
    // A query is found once it runs: before, it waits for a thread.
    const kill = (): void => {
      this.kill(`Settings['log_comment'] = ${quote(mark)}`).catch(() => undefined);
      timer = setTimeout(kill, KILL_AGAIN_MS);
    };
    const { statement } = request;
    if (statement.kind === 'query' && statement.reads) signal.addEventListener('abort', kill, { once: true });
    try {
      const text = [...use, ...sets, sql].join(';\n');
      return await withConnection(this.#folders.data, run => run(text, defaultFormat));
    } finally {
      signal.removeEventListener('abort', kill);
      clearTimeout(timer);
    }
  }

  close(): void {
    this.#close();
  }
}
