import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ChdbResult, Session } from 'chdb';
import type { Statement } from './statement.ts';

export interface EngineRequest {
  readonly statement: Statement;
  readonly database: string | undefined;
  /** In order; a `readonly` among them comes last, or it would refuse those after it. */
  readonly settings: readonly (readonly [name: string, value: string])[];
  /** Format of a result whose statement names none. */
  readonly defaultFormat: string;
}

/**
 * The embedded engine. A data directory belongs to one process; each request gets a session of its own, so that
 * settings, parameters and the current database of one are never seen by another (opening one takes 0.2 ms).
 * Statements run on libuv's threads and do not hold up the event loop.
 */
export class Engine {
  readonly #path: string;
  readonly #inserts: string;
  /** Held open: the engine lives as long as one session does. */
  readonly #anchor: Session;

  constructor(path: string) {
    this.#path = path;
    this.#inserts = `${path}.inserts`;
    rmSync(this.#inserts, { recursive: true, force: true });
    mkdirSync(this.#inserts, { recursive: true, mode: 0o700 });
    this.#anchor = new Session(path);
  }

  value(sql: string): string {
    return this.#anchor.query(sql, 'TabSeparated').trim();
  }

  /** Runs one statement; rejects with the engine's error. */
  async run(request: EngineRequest): Promise<ChdbResult | undefined> {
    const { statement } = request;
    if (statement.kind === 'query') return this.#runSql(statement.sql, request);
    if (statement.data.length === 0) return undefined;
    // The engine takes a statement as text only; data that is bytes comes from a file beside it.
    const file = join(this.#inserts, randomUUID());
    try {
      await writeFile(file, statement.data, { mode: 0o600 });
      const { into, settings, format } = statement;
      return await this.#runSql(`${into} FROM INFILE '${file}' ${settings} FORMAT ${format}`, request);
    } finally {
      await rm(file, { force: true });
    }
  }

  async #runSql(sql: string, { database, settings, defaultFormat }: EngineRequest): Promise<ChdbResult> {
    const session = new Session(this.#path);
    try {
      const use = database === undefined ? [] : [`USE ${quoteName(database)}`];
      const sets = settings.map(([name, value]) => `SET ${name} = ${quote(value)}`);
      return await session.queryAsync([...use, ...sets, sql].join(';\n'), { format: defaultFormat });
    } finally {
      session.close();
    }
  }

  close(): void {
    this.#anchor.close();
  }
}

const quote = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
const quoteName = (text: string): string => `\`${text.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``;
