import { ProcessingError } from './errors.ts';
import type { TaskCaches } from './record-cache.ts';
import type { RecordCollector } from './record-collector.ts';
import type { TaskStore } from './store/task-store.ts';
import type { RecordMetadata } from './stream-record.ts';
import { NodeFailure } from './task-nodes.ts';

/** The effects of processing a record: outputs, held updates, state. All are kept, or all are undone. */
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

  /** `reload` is called after an undo: a node must then read its copies of its stores again. */
  onUndo(reload: () => void): void {
    this.#reloads.push(reload);
  }

  /** True when the next transaction has something to write. */
  get isDirty(): boolean {
    return this.collector.size > 0 || this.#stores.some(store => store.isDirty);
  }

  /** Sets the state to which `undo` returns. */
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

  /** Flushes caches; a failure here can't be blamed on one record. */
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
