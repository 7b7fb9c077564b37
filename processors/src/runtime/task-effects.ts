import { ProcessingError } from './errors.ts';
import type { TaskCaches } from './record-cache.ts';
import type { RecordCollector } from './record-collector.ts';
import type { TaskStore } from './store/task-store.ts';
import type { RecordMetadata } from './stream-record.ts';
import { NodeFailure } from './task-nodes.ts';

/** What processing a record leaves behind in a task: outputs, held updates, state. It is kept whole, or undone whole. */
export class TaskEffects {
  readonly collector: RecordCollector;
  readonly caches: TaskCaches;
  readonly #stores: readonly TaskStore[];
  readonly #reloads: (() => void)[] = [];

  constructor(collector: RecordCollector, caches: TaskCaches, stores: readonly TaskStore[]) {
    this.collector = collector;
    this.caches = caches;
    this.#stores = stores;
  }

  /** Called after an undo: what a node mirrors of its stores is to be read again. */
  onUndo(reload: () => void): void {
    this.#reloads.push(reload);
  }

  /** Something waits for the next transaction. */
  get isDirty(): boolean {
    return this.collector.size > 0 || this.#stores.some(store => store.isDirty);
  }

  /** From here on `undo` leads back to here. */
  mark(): void {
    this.collector.mark();
    this.caches.mark();
    for (const store of this.#stores) store.mark();
  }

  undo(): void {
    this.collector.rollback();
    this.caches.rollback();
    for (const store of this.#stores) store.rollback();
    for (const reload of this.#reloads) reload();
  }

  /** Lets go of what the nodes' caches hold; what fails then has no record to answer for it. */
  flushCaches(): void {
    try {
      this.caches.flush();
    } catch (error) {
      throw toProcessingError(error, undefined);
    }
  }
}

export function toProcessingError(error: unknown, origin: RecordMetadata | undefined): ProcessingError {
  if (error instanceof NodeFailure) return new ProcessingError(error.node, origin, error.cause);
  return new ProcessingError('a punctuator', origin, error);
}
