import { join } from 'node:path';
import type { AnyStoreBuilder } from './key-value-store.ts';
import { LmdbStoreEngine } from './lmdb-engine.ts';
import { LmdbEnvironment } from './lmdb-environment.ts';
import { MemoryStoreEngine } from './memory-engine.ts';
import type { StoreEngine } from './store-engine.ts';
import { nameFormat } from './task-store.ts';

const DEFAULT_CACHE_BYTES = 16 * 1_048_576;

export interface EngineOptions {
  /** Folder for the state of all applications of this process (state.dir); used by LMDB alone. */
  readonly stateDir: string;
  readonly applicationId: string;
  readonly taskId: string;
  /** Of stores that do not say; default 'memory'. */
  readonly defaultEngine?: 'memory' | 'lmdb';
  /** Values kept in memory per LMDB store; default 16 MB. */
  readonly cacheBytes?: number;
}

/**
 * Opens the engines of one task's stores. Those on LMDB share the folder `<stateDir>/<applicationId>/<taskId>`, which
 * is this process's until the last of them is closed; STATE_LOCKED, retriable, while another process has it.
 */
export function openEngines(options: EngineOptions): (builder: AnyStoreBuilder) => StoreEngine {
  const { stateDir, applicationId, taskId, defaultEngine = 'memory', cacheBytes = DEFAULT_CACHE_BYTES } = options;
  let environment: LmdbEnvironment | undefined;
  return builder => {
    const format = nameFormat(builder);
    if ((builder.engine ?? defaultEngine) === 'memory') return new MemoryStoreEngine(format);
    if (environment === undefined || environment.isClosed)
      environment = new LmdbEnvironment(join(stateDir, encodeURIComponent(applicationId), taskId));
    return new LmdbStoreEngine(environment, builder, format, cacheBytes);
  };
}
