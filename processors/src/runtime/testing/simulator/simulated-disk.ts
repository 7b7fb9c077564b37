import type { StateDirectory } from '../../engine-shelf.ts';
import type { AnyStoreBuilder } from '../../store/key-value-store.ts';
import { MemoryStoreEngine } from '../../store/memory-engine.ts';
import type { StoreEngine } from '../../store/store-engine.ts';
import { nameFormat } from '../../store/task-store.ts';

/** A store of one task as it lies on a machine. */
export interface StoredState {
  readonly builder: AnyStoreBuilder;
  readonly partition: number;
  readonly engine: StoreEngine;
}

/** Where a machine's state lies. With a disk, what was written is there for the next process, as with LMDB. */
export class SimulatedDisk implements StateDirectory {
  readonly #isDurable: boolean;
  readonly #states = new Map<string, StoredState>();

  constructor(isDurable: boolean) {
    this.#isDurable = isDurable;
  }

  open(taskId: string, builder: AnyStoreBuilder): StoreEngine {
    const name = `${taskId}/${builder.name}`;
    const known = this.#states.get(name);
    if (known !== undefined) return known.engine;
    const engine = this.#isDurable
      ? new DurableEngine(nameFormat(builder))
      : new MemoryStoreEngine(nameFormat(builder));
    this.#states.set(name, { builder, partition: Number(taskId.split('_')[1]), engine });
    return engine;
  }

  release(taskId: string): void {
    if (this.#isDurable) return;
    for (const name of this.#states.keys()) if (name.startsWith(`${taskId}/`)) this.#states.delete(name);
  }

  /** The process is gone. */
  left(): void {
    if (!this.#isDurable) this.#states.clear();
  }

  /** A new disk. */
  replace(): void {
    this.#states.clear();
  }

  get states(): readonly StoredState[] {
    return [...this.#states.values()];
  }
}

/** Closing leaves everything where it is. */
class DurableEngine extends MemoryStoreEngine {
  override close(): void {}
}
