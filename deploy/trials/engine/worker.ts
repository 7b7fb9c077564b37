import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from '../../local/folder.ts';
import { MARK } from '../../local/leftovers.ts';

/** Lines that workers write about themselves, by kind. */
interface Tellings {
  readonly kill: { readonly moment: string; readonly lane: string; readonly occurrence: number };
  readonly stop: { readonly moment: string; readonly lane: string; readonly occurrence: number };
  readonly assigned: { readonly generation: number; readonly lanes: readonly number[] };
  readonly fenced: { readonly lane: string };
  readonly committed: { readonly lane: string };
  readonly error: { readonly lane: string; readonly message: string };
  readonly fatal: { readonly message: string };
  readonly heap: { readonly bytes: number };
  readonly started: object;
  readonly closed: object;
}
type Kind = keyof Tellings;

/** The fault that a worker causes in itself. */
export interface SelfFault {
  readonly moment: string;
  /** Strikes the n-th time that the moment comes; with a lane, counts only that lane's moments. */
  readonly occurrence: number;
  readonly lane?: string;
  readonly act: 'kill' | 'stop';
}

export interface WorkerOptions {
  readonly instance?: string;
  readonly sessionMs?: number;
  readonly rebalanceMs?: number;
  /** Folder for its state; absent: state in memory. */
  readonly stateDir?: string;
  /** Number of standbys of each lane. */
  readonly standbys?: number;
  readonly proxyPort?: number;
  readonly broken?: string;
  /** Microseconds of work for each record, until SIGUSR2. */
  readonly workUs?: number;
  /** Milliseconds between two reports of its heap. */
  readonly heapEveryMs?: number;
  readonly fault?: SelfFault;
}

export interface WorkerPlace {
  readonly brokers: string;
  readonly prefix: string;
  /** Folder for the workers' files; its name also marks leftover processes. */
  readonly folder: string;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const SCRIPT = join(root, 'processors/src/runtime/testing/counting-worker.ts');
let started = 0;

/** One process of the counting application. */
export class Worker {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  /** Its exit, once it has ended. */
  exit: Exit | undefined;
  /** True when the script ended it, so the end is expected. */
  isEnding = false;
  readonly #child: ChildProcess;
  readonly #told: string;

  constructor({ brokers, prefix, folder }: WorkerPlace, options: WorkerOptions) {
    started += 1;
    this.#told = join(folder, `worker-${started}.jsonl`);
    const log = createWriteStream(join(folder, `worker-${started}.log`));
    const args = ['--brokers', brokers, '--prefix', prefix, '--faults', this.#told, ...argumentsOf(options)];
    this.#child = spawn(process.execPath, ['--trace-warnings', SCRIPT, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, [MARK]: folder },
    });
    this.#child.stdout?.pipe(log);
    this.#child.stderr?.pipe(log);
    this.pid = this.#child.pid ?? 0;
    this.exited = new Promise(resolve => {
      this.#child.once('close', (code, signal) => {
        this.exit = { code, signal };
        resolve(this.exit);
      });
    });
  }

  signal(name: NodeJS.Signals): void {
    if (name === 'SIGKILL' || name === 'SIGTERM') this.isEnding = true;
    this.#child.kill(name);
  }

  /** Asks it to leave, and kills it after 10 s. True when it left by itself. */
  async end(): Promise<boolean> {
    if (this.exit === undefined) {
      this.signal('SIGCONT');
      this.signal('SIGTERM');
      await Promise.race([this.exited, sleep(10_000, undefined, { ref: false })]);
    }
    const hasLeft = this.exit !== undefined;
    this.signal('SIGKILL');
    await this.exited;
    return hasLeft;
  }

  /** Everything it reported of a kind so far, without an incomplete last line. */
  has<K extends Kind>(kind: K): readonly Tellings[K][] {
    return this.#lines().flatMap(line => (line.is === kind ? [line as Tellings[K]] : []));
  }

  /** True when it reports this within the time. */
  async hasTold(kind: Kind, withinMs: number): Promise<boolean> {
    for (const endMs = performance.now() + withinMs; performance.now() < endMs; await sleep(30))
      if (this.has(kind).length > 0) return true;
    return false;
  }

  #lines(): readonly { readonly is: Kind }[] {
    try {
      const lines = readFileSync(this.#told, 'utf8').split('\n');
      return lines.slice(0, -1).map(line => JSON.parse(line));
    } catch {
      return []; // it has not started
    }
  }
}

function argumentsOf({ fault, ...options }: WorkerOptions): string[] {
  const values = {
    instance: options.instance,
    session: options.sessionMs,
    rebalance: options.rebalanceMs,
    state: options.stateDir,
    standbys: options.standbys,
    proxy: options.proxyPort,
    broken: options.broken,
    'work-us': options.workUs,
    heap: options.heapEveryMs,
    ...(fault && { moment: fault.moment, occurrence: fault.occurrence, lane: fault.lane, act: fault.act }),
  };
  return Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, String(value)]));
}
