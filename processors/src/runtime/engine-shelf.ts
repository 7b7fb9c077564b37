import type { AnyStoreBuilder } from './store/any-store-builder.ts';
import type { StoreEngine } from './store/store-engine.ts';

/** Where the committed state of this process's tasks lies: in memory, on disk. */
export interface StateDirectory {
  open(taskId: string, builder: AnyStoreBuilder): StoreEngine;
  /** Releases what was opened for a task; what is on disk stays there. */
  release(taskId: string): void;
}

/**
 * The engines of this process's tasks and standbys. An engine outlives the task that fills it: it holds the fold of
 * its changelog to its checkpoint, whoever wrote it, so the next task of that partition restores only what follows.
 * One user at a time: a task, or a standby.
 */
export class EngineShelf {
  readonly #directory: StateDirectory;
  readonly #engines = new Map<string, Map<string, StoreEngine>>();

  constructor(directory: StateDirectory) {
    this.#directory = directory;
  }

  /** The engine of a task's store. What is not logged begins anew each time: no changelog tells what was missed. */
  take(taskId: string, builder: AnyStoreBuilder): StoreEngine {
    const engines = this.#engines.get(taskId) ?? new Map<string, StoreEngine>();
    this.#engines.set(taskId, engines);
    const engine = engines.get(builder.name) ?? this.#directory.open(taskId, builder);
    engines.set(builder.name, engine);
    if (!builder.logged) engine.wipe();
    return engine;
  }

  /** The task is nobody's here any more. */
  release(taskId: string): void {
    for (const engine of this.#engines.get(taskId)?.values() ?? []) engine.close();
    if (this.#engines.delete(taskId)) this.#directory.release(taskId);
  }

  close(): void {
    for (const taskId of [...this.#engines.keys()]) this.release(taskId);
  }
}
