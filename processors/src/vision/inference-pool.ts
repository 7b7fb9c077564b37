import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { ProviderName } from '@sightline/models';
import type {
  BatchAnswer,
  BatchRequest,
  CardPaths,
  ModelsOpen,
  PictureIn,
  PictureOut,
  WorkerMessage,
  WorkerRequest,
  WorkerSettings,
  WorkerStep,
} from './inference-protocol.ts';
import { markPath, removeMarks } from './run-mark.ts';

const ENTRY = join(import.meta.dirname, 'inference-worker.ts');
const RESTART_AFTER_MS = 1_000;
/** A large model takes seconds to open, and a slow one seconds for a batch. */
const WITHIN_MS: Readonly<Record<WorkerStep, number>> = { open: 180_000, look: 60_000 };
const STEP_WORDS: Readonly<Record<WorkerStep, string>> = { open: 'open its models', look: 'finish its pictures' };
const END_WITHIN_MS = 2_000;

interface Running {
  readonly request: BatchRequest;
  readonly resolve: (answer: BatchAnswer) => void;
}

interface Seat {
  readonly number: number;
  /** Ends the process when a step of the thread does not end. */
  watch: NodeJS.Timeout | undefined;
  worker: Worker | undefined;
  models: ModelsOpen;
  running: Running | undefined;
}

const NONE: ModelsOpen = { open: [], trouble: [] };

export interface PoolOptions {
  readonly cardPaths: CardPaths;
  readonly workers: number;
  readonly providers: readonly ProviderName[];
  /** Keys of the models to open at first. */
  readonly wanted: readonly string[];
  /** Folder of the files that name the model that each thread runs. */
  readonly marks: string;
  /** Called when a thread does not come back from native code, which nothing can stop but the end of the process. */
  onHung(reason: string): void;
  /** Default: 180 s to open models, 60 s to look at a batch. */
  readonly withinMs?: Readonly<Record<WorkerStep, number>>;
  /** Called whenever a thread can take a batch. */
  onFree(): void;
  /** Called whenever a thread has opened or closed models because of `want`. */
  onModels?(): void;
}

/** Threads that each hold all wanted models; one batch at a time per thread. `session.run` blocks, so only they call it. */
export class InferencePool {
  #cardPaths: CardPaths;
  #wanted: readonly string[];
  readonly #providers: readonly ProviderName[];
  readonly #seats: Seat[];
  readonly #onFree: () => void;
  readonly #onModels: () => void;
  readonly #marks: string;
  readonly #onHung: (reason: string) => void;
  readonly #withinMs: Readonly<Record<WorkerStep, number>>;
  #nextId = 1;
  #closed = false;
  #hung = false;
  /** A thread is in native code and does not end, so the process cannot exit by itself. */
  stuck = false;
  /** Why the last lost thread ended; cleared when a thread has its models open again. */
  #lostBecause: string | undefined;

  constructor(options: PoolOptions) {
    this.#cardPaths = options.cardPaths;
    this.#wanted = options.wanted;
    this.#providers = options.providers;
    this.#onFree = options.onFree;
    this.#onModels = () => options.onModels?.();
    this.#marks = options.marks;
    this.#onHung = reason => options.onHung(reason);
    this.#withinMs = options.withinMs ?? WITHIN_MS;
    this.#seats = Array.from({ length: options.workers }, (_, number) => ({
      number,
      watch: undefined,
      worker: undefined,
      models: NONE,
      running: undefined,
    }));
    for (const seat of this.#seats) this.#fill(seat);
  }

  get free(): boolean {
    return this.#seats.some(isFree);
  }

  /** True while no thread has a model open, so no picture is processed. */
  get idle(): boolean {
    return !this.#seats.some(({ models }) => models.open.length > 0);
  }

  /** Why one model, or all, do not run now; undefined: all run. */
  get trouble(): string | undefined {
    const [first] = this.#seats.flatMap(({ models }) => models.trouble);
    if (first !== undefined) return `the model ${first.model} does not open: ${first.reason}`;
    if (this.#lostBecause !== undefined) return `an inference thread stopped (${this.#lostBecause}): starting another`;
    return this.idle ? 'the models are being loaded' : undefined;
  }

  /** Keys of the models that a thread has open. */
  get open(): readonly string[] {
    return [...new Set(this.#seats.flatMap(({ models }) => models.open))];
  }

  /** True: a thread has this model open. */
  has(model: string): boolean {
    return this.#seats.some(({ models }) => models.open.includes(model));
  }

  /** Why this model does not open in a thread; undefined: it opens, or nobody wants it. */
  failureOf(model: string): string | undefined {
    return this.#seats.flatMap(({ models }) => models.trouble).find(one => one.model === model)?.reason;
  }

  /** Keys of the models that were wanted last. */
  get wanted(): readonly string[] {
    return this.#wanted;
  }

  /** Opens these models in every thread, and then closes all others. `cardPaths`: the cards that are known now. */
  want(models: readonly string[], cardPaths: CardPaths): void {
    this.#wanted = models;
    this.#cardPaths = cardPaths;
    for (const seat of this.#seats) {
      if (seat.worker === undefined) continue;
      ask(seat.worker, { kind: 'want', models, cardPaths });
    }
  }

  #fill(seat: Seat): void {
    if (this.#closed) return;
    const workerData: WorkerSettings = {
      ...{ cardPaths: this.#cardPaths, wanted: this.#wanted, providers: this.#providers },
      markPath: markPath(this.#marks, seat.number),
    };
    this.#watch(seat, 'open');
    const worker = new Worker(ENTRY, { workerData });
    seat.worker = worker;
    worker.on('message', (message: WorkerMessage) => this.#heard(seat, message));
    worker.on('error', error => this.#lost(seat, error.message));
    worker.on('exit', code => this.#lost(seat, `its thread ended with ${code}`));
  }

  #watch(seat: Seat, step: WorkerStep): void {
    clearTimeout(seat.watch);
    const limitMs = this.#withinMs[step];
    seat.watch = setTimeout(() => {
      this.#hung = true;
      this.#onHung(`an inference thread did not ${STEP_WORDS[step]} within ${limitMs / 1_000} s`);
    }, limitMs).unref();
  }

  #heard(seat: Seat, message: WorkerMessage): void {
    if (message.kind === 'begins') {
      this.#watch(seat, message.step);
      return;
    }
    clearTimeout(seat.watch);
    if (message.kind === 'models') {
      seat.models = message;
      this.#lostBecause = undefined;
      this.#onModels();
    } else {
      seat.running?.resolve(message);
      seat.running = undefined;
    }
    this.#onFree();
  }

  /** The thread ended: its batch failed, and a new thread starts after a while. */
  #lost(seat: Seat, reason: string): void {
    if (seat.worker === undefined) return;
    clearTimeout(seat.watch);
    seat.worker = undefined;
    seat.models = NONE;
    this.#lostBecause = reason;
    const { running } = seat;
    seat.running = undefined;
    running?.resolve(failed(running.request, reason));
    setTimeout(() => this.#fill(seat), RESTART_AFTER_MS).unref();
  }

  /**
   * Looks at pictures in a free thread, which takes over their memory. Resolves with one answer per picture. Call it
   * only while `free`.
   */
  run(pictures: readonly PictureIn[]): Promise<BatchAnswer> {
    const seat = this.#seats.find(isFree);
    if (seat?.worker === undefined) return Promise.reject(new Error('no inference thread is free'));
    const { worker } = seat;
    const request: BatchRequest = { kind: 'look', id: this.#nextId++, pictures };
    return new Promise(resolve => {
      seat.running = { request, resolve };
      ask(
        worker,
        request,
        pictures.map(({ jpeg }) => jpeg.buffer),
      );
    });
  }

  /**
   * Waits a while until all threads have finished their batch. A model that runs when the process is told to stop is not
   * blamed for that; one that hangs is.
   */
  async close(): Promise<void> {
    this.#closed = true;
    const ending = this.#seats.map(async ({ worker, watch }) => {
      clearTimeout(watch);
      if (worker === undefined) return;
      const ended = new Promise(resolve => worker.once('exit', resolve));
      ask(worker, { kind: 'end' });
      const late = sleep(END_WITHIN_MS, 'late', { ref: false });
      if ((await Promise.race([ended, late])) === 'late') this.stuck = true;
    });
    await Promise.all(ending);
    if (!this.#hung) removeMarks(this.#marks);
  }
}

const isFree = ({ worker, models, running }: Seat): boolean =>
  worker !== undefined && models.open.length > 0 && running === undefined;

const ask = (worker: Worker, request: WorkerRequest, moved: readonly ArrayBuffer[] = []): void =>
  worker.postMessage(request, [...moved]);

/** The answer for a batch whose thread ended. */
function failed({ id, pictures }: BatchRequest, message: string): BatchAnswer {
  const looked = pictures.map(
    ({ models }): PictureOut => ({
      kind: 'looked',
      answers: models.map(model => ({ kind: 'failed', model, message })),
    }),
  );
  return { id, pictures: looked, cost: { decodeMs: 0, models: {} } };
}
