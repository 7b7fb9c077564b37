import type { AnyStoreBuilder } from './store/any-store-builder.ts';
import type { StoreEngine } from './store/store-engine.ts';

/** Storage for the committed state of this process's tasks: memory or disk. */
export interface StateDirectory {
  open(taskId: string, builder: AnyStoreBuilder): StoreEngine;
  /** Releases everything opened for a task; files on disk stay. */
  release(taskId: string): void;
}

/**
 * The engines of this process's tasks and standbys. An engine outlives its task: it holds the fold of its changelog up
 * to its checkpoint, whoever wrote it. So the next task of that partition restores only later records. One user at a
 * time: a task, or a standby.
 */
export class EngineShelf {
  readonly #directory: StateDirectory;
  readonly #engines = new Map<string, Map<string, StoreEngine>>();

  constructor(directory: StateDirectory) {
    this.#directory = directory;
  }

  /** The engine of a task's store. An unlogged store starts empty each time: it has no changelog to fill gaps from. */
  take(taskId: string, builder: AnyStoreBuilder): StoreEngine {
    const engines = this.#engines.get(taskId) ?? new Map<string, StoreEngine>();
    this.#engines.set(taskId, engines);
    const engine = engines.get(builder.name) ?? this.#directory.open(taskId, builder);
    engines.set(builder.name, engine);
    if (!builder.logged) engine.wipe();
    return engine;
  }

  /** No task or standby here uses the engines any more. */
  release(taskId: string): void {
    for (const engine of this.#engines.get(taskId)?.values() ?? []) engine.close();
    if (this.#engines.delete(taskId)) this.#directory.release(taskId);
  }

  close(): void {
    for (const taskId of [...this.#engines.keys()]) this.release(taskId);
  }
}
