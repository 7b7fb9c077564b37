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
  /** Runs on a thread of libuv; rejects with the engine's error text. */
  QueryAsyncConnection(connection: Connection, sql: string, format: string): Promise<EngineResult>;
  /** Must not be called while a statement of the connection runs. */
  CloseConnection(connection: Connection): void;
}

/**
 * chdb's native part. chdb's `Session` is not used: it closes connections only when no statement runs on any of them, so
 * one long query would keep all others open, and listed in `system.processes`.
 */
const require = createRequire(import.meta.url);
const loader = join(dirname(require.resolve('chdb/package.json')), 'dist/loader.js');
const addon: Addon = require(loader).loadNative();

/** Opens a connection, runs `work` with it, and closes it. */
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

/** Opens a connection that keeps this process's engine alive. Returns the function that closes it. */
export function openEngine(path: string, args: readonly string[]): () => void {
  const connection = addon.CreateConnection(path, args);
  return () => addon.CloseConnection(connection);
}
