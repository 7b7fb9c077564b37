import { join } from 'node:path';
import type { StateDirectory } from '../engine-shelf.ts';
import { StreamsError } from '../errors.ts';
import type { AnyStoreBuilder } from './any-store-builder.ts';
import { LmdbStoreEngine } from './lmdb-engine.ts';
import { LmdbEnvironment } from './lmdb-environment.ts';
import { MemoryStoreEngine } from './memory-engine.ts';
import type { StoreEngine } from './store-engine.ts';
import { nameFormat } from './task-store.ts';

const DEFAULT_CACHE_BYTES = 16 * 1_048_576;

export interface LocalStateOptions {
  /** Folder for the state of all applications of this machine (state.dir); needed by LMDB alone. */
  readonly stateDir: string | undefined;
  readonly applicationId: string;
  /** Of stores that do not say. */
  readonly defaultEngine: 'memory' | 'lmdb';
  /** Values kept in memory per LMDB store; default 16 MB. */
  readonly cacheBytes?: number;
}

/**
 * State in this process's memory and in folders `<stateDir>/<applicationId>/<taskId>`, one for the LMDB stores of a
 * task. A folder is this process's from the first store opened in it until all are closed; opening throws STATE_LOCKED,
 * retriable, while another process has it.
 */
export class LocalState implements StateDirectory {
  readonly #options: LocalStateOptions;
  readonly #environments = new Map<string, LmdbEnvironment>();

  constructor(options: LocalStateOptions) {
    this.#options = options;
  }

  open(taskId: string, builder: AnyStoreBuilder): StoreEngine {
    const { defaultEngine, cacheBytes = DEFAULT_CACHE_BYTES } = this.#options;
    const format = nameFormat(builder);
    if ((builder.engine ?? defaultEngine) === 'memory') return new MemoryStoreEngine(format);
    const { stateDir } = this.#options;
    if (stateDir === undefined)
      throw new StreamsError('TOPOLOGY_INVALID', `the state store ${builder.name} is on disk: name a stateDir`);
    return new LmdbStoreEngine(this.#environment(stateDir, taskId), builder, format, cacheBytes);
  }

  release(taskId: string): void {
    this.#environments.delete(taskId);
  }

  #environment(stateDir: string, taskId: string): LmdbEnvironment {
    const known = this.#environments.get(taskId);
    if (known !== undefined && !known.isClosed) return known;
    const opened = new LmdbEnvironment(join(stateDir, encodeURIComponent(this.#options.applicationId), taskId));
    this.#environments.set(taskId, opened);
    return opened;
  }
}
