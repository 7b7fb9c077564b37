import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { BatchAnswer, BatchCost, PictureOut, WorkerMessage } from './inference-protocol.ts';

const ENTRY = join(import.meta.dirname, 'inference-worker.ts');
const RESTART_AFTER_MS = 1_000;
const END_WITHIN_MS = 2_000;
const NO_COST: BatchCost = { decodeMs: 0, preprocessMs: 0, inferenceMs: 0, postprocessMs: 0 };

interface Running {
  readonly count: number;
  readonly resolve: (answer: BatchAnswer) => void;
}

interface Seat {
  worker: Worker | undefined;
  ready: boolean;
  running: Running | undefined;
}

/** Threads that each hold the model; one batch at a time per thread. `session.run` blocks, so it is never run here. */
export class InferencePool {
  readonly #cardPath: string;
  readonly #seats: Seat[];
  readonly #onFree: () => void;
  #nextId = 1;
  #closed = false;
  /** Why the model does not run, or undefined. */
  trouble: string | undefined = 'the model is being loaded';

  /** `onFree` is called whenever a thread can take a batch. */
  constructor(options: { readonly cardPath: string; readonly workers: number; onFree(): void }) {
    this.#cardPath = options.cardPath;
    this.#onFree = options.onFree;
    this.#seats = Array.from({ length: options.workers }, () => ({
      worker: undefined,
      ready: false,
      running: undefined,
    }));
    for (const seat of this.#seats) this.#fill(seat);
  }

  get free(): boolean {
    return this.#seats.some(seat => seat.ready && seat.running === undefined);
  }

  #fill(seat: Seat): void {
    if (this.#closed) return;
    const worker = new Worker(ENTRY, { workerData: { cardPath: this.#cardPath } });
    seat.worker = worker;
    worker.on('message', (message: WorkerMessage) => this.#heard(seat, message));
    worker.on('error', error => this.#lost(seat, error.message));
    worker.on('exit', code => this.#lost(seat, `its thread ended with ${code}`));
  }

  #heard(seat: Seat, message: WorkerMessage): void {
    if (message.kind === 'ready') {
      seat.ready = true;
      this.trouble = undefined;
    } else {
      seat.running?.resolve(message);
      seat.running = undefined;
    }
    this.#onFree();
  }

  /** The thread is gone: its batch failed, and another takes the seat after a while. */
  #lost(seat: Seat, reason: string): void {
    if (seat.worker === undefined) return;
    seat.worker = undefined;
    seat.ready = false;
    this.trouble ??= `an inference thread stopped (${reason}): starting another`;
    const { running } = seat;
    seat.running = undefined;
    const failed: PictureOut = { kind: 'model-failed', message: reason };
    running?.resolve({ id: 0, pictures: Array.from({ length: running.count }, () => failed), cost: NO_COST });
    setTimeout(() => this.#fill(seat), RESTART_AFTER_MS).unref();
  }

  /** Runs JPEGs on a free thread, taking their memory; one answer per picture. Only to be called while `free`. */
  run(pictures: readonly Uint8Array<ArrayBuffer>[]): Promise<BatchAnswer> {
    const seat = this.#seats.find(({ ready, running }) => ready && running === undefined);
    if (seat?.worker === undefined) return Promise.reject(new Error('no inference thread is free'));
    const { worker } = seat;
    return new Promise(resolve => {
      seat.running = { count: pictures.length, resolve };
      const memory = pictures.map(({ buffer }) => buffer);
      worker.postMessage({ id: this.#nextId++, pictures }, memory);
    });
  }

  /** Lets threads finish their batch: one that is torn down inside native code takes the process with it. */
  async close(): Promise<void> {
    this.#closed = true;
    const ending = this.#seats.map(async ({ worker }) => {
      if (worker === undefined) return;
      const ended = new Promise(resolve => worker.once('exit', resolve));
      worker.postMessage('end');
      await Promise.race([ended, sleep(END_WITHIN_MS, undefined, { ref: false })]);
    });
    await Promise.all(ending);
  }
}
