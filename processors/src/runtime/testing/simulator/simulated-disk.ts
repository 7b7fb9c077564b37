import type { StateDirectory } from '../../engine-shelf.ts';
import type { AnyStoreBuilder } from '../../store/any-store-builder.ts';
import { MemoryStoreEngine } from '../../store/memory-engine.ts';
import type { StoreEngine } from '../../store/store-engine.ts';
import { nameFormat } from '../../store/task-store.ts';

/** A store of one task on a machine. */
export interface StoredState {
  readonly builder: AnyStoreBuilder;
  readonly partition: number;
  readonly engine: StoreEngine;
}

/** A fault at a write: the process dies before the write is on the disk or after it; undefined: no fault. */
export type WriteFault = 'before' | 'after' | undefined;

/** A machine's stored state. With a disk, writes survive the process, as with LMDB. */
export class SimulatedDisk implements StateDirectory {
  readonly #isDurable: boolean;
  readonly #states = new Map<string, StoredState>();
  readonly #strike: () => WriteFault;
  #isInUse = false;

  /** `strike` is called at each write. */
  constructor(isDurable: boolean, strike: () => WriteFault) {
    this.#isDurable = isDurable;
    this.#strike = strike;
  }

  /** The engine for one process. A process that ended cannot write any more. */
  use(): void {
    this.#isInUse = true;
  }

  open(taskId: string, builder: AnyStoreBuilder): StoreEngine {
    const name = `${taskId}/${builder.name}`;
    const known = this.#states.get(name);
    if (known !== undefined) return known.engine;
    const engine = this.#isDurable
      ? new DurableEngine(builder, write => this.#write(write))
      : new MemoryStoreEngine(nameFormat(builder));
    this.#states.set(name, { builder, partition: Number(taskId.split('_')[1]), engine });
    return engine;
  }

  release(taskId: string): void {
    if (this.#isDurable) return;
    for (const name of this.#states.keys()) if (name.startsWith(`${taskId}/`)) this.#states.delete(name);
  }

  /** The process ended. */
  left(): void {
    this.#isInUse = false;
    if (!this.#isDurable) this.#states.clear();
  }

  /** Replaces the disk by an empty one. */
  replace(): void {
    this.#states.clear();
  }

  #write(write: () => void): void {
    if (!this.#isInUse) throw new Error('the process is dead');
    const fault = this.#strike();
    if (fault !== 'before') write();
    if (fault !== undefined) throw new Error('the process died at a write');
  }

  get states(): readonly StoredState[] {
    return [...this.#states.values()];
  }
}

/** Closing changes nothing that is stored. */
class DurableEngine extends MemoryStoreEngine {
  readonly #guard: (write: () => void) => void;

  constructor(builder: AnyStoreBuilder, guard: (write: () => void) => void) {
    super(nameFormat(builder));
    this.#guard = guard;
  }

  override write(...change: Parameters<StoreEngine['write']>): void {
    this.#guard(() => super.write(...change));
  }

  override restore(...[entries, checkpoint]: Parameters<StoreEngine['restore']>): number {
    let count = 0;
    this.#guard(() => {
      count = super.restore(entries, checkpoint);
    });
    return count;
  }

  override wipe(): void {
    this.#guard(() => super.wipe());
  }

  override close(): void {}
}
