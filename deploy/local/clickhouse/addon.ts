import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** One connection to the engine of this process. */
type Connection = { readonly connection: unique symbol };

export interface EngineResult {
  readonly bytes: Buffer;
  readonly rowsRead: number;
  readonly bytesRead: number;
}

interface Addon {
  CreateConnection(path: string, args?: readonly string[]): Connection;
  /** Runs on a thread of libuv; rejects with the engine's words. */
  QueryAsyncConnection(connection: Connection, sql: string, format: string): Promise<EngineResult>;
  /** Never while one of the connection's statements runs. */
  CloseConnection(connection: Connection): void;
}

/**
 * chdb's native part. Its `Session` closes a connection only once no statement of any connection runs, so under one long
 * query every other one's connection stays open, with its entry in `system.processes`; here each closes by itself.
 */
const require = createRequire(import.meta.url);
const loader = join(dirname(require.resolve('chdb/package.json')), 'dist/loader.js');
const addon: Addon = require(loader).loadNative();

/** Opens a connection, gives it to `work`, and closes it when that has ended. */
export async function withConnection<T>(
  path: string,
  work: (run: (sql: string, format: string) => Promise<EngineResult>) => Promise<T>,
): Promise<T> {
  const connection = addon.CreateConnection(path);
  try {
    return await work((sql, format) => addon.QueryAsyncConnection(connection, sql, format));
  } finally {
    addon.CloseConnection(connection);
  }
}

/** Opens the connection that keeps the engine of this process alive; gives what closes it. */
export function openEngine(path: string, args: readonly string[]): () => void {
  const connection = addon.CreateConnection(path, args);
  return () => addon.CloseConnection(connection);
}
