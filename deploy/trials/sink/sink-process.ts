import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from '../../local/folder.ts';

const PRODUCT = 'processors/src/sinks/main.ts';
const FAULTY = 'processors/src/sinks/testing/faulty-sink-worker.ts';

/** A line of a faulty sink's log; it is on disk before the next step. */
export interface FaultLine {
  readonly pid: number;
  /** The fault that follows, and its offset. */
  readonly point?: string;
  readonly topic?: string;
  readonly partition?: number;
  readonly offset?: string;
  readonly metadata?: string;
  /** The group refused a commit. */
  readonly refused?: string;
  readonly plan?: boolean;
  /** The group assigned partitions. */
  readonly generation?: number;
}

export interface SinkProcessOptions {
  readonly env: Readonly<Record<string, string>>;
  /** Prefix of this sink's files. */
  readonly files: string;
  /** True: runs the product's own entry instead of the one with faults. */
  readonly isProduct?: boolean;
}

const children = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

/** A sink in its own process. */
export class SinkProcess {
  readonly #child: ChildProcess;
  readonly #faultLog: string;
  readonly #log: string;
  /** Its end: a signal's name, or its exit code. */
  readonly ended: Promise<string>;

  constructor({ env, files, isProduct = false }: SinkProcessOptions) {
    this.#faultLog = `${files}.faults`;
    this.#log = `${files}.log`;
    const said = openSync(this.#log, 'a');
    this.#child = spawn(process.execPath, [join(root, isProduct ? PRODUCT : FAULTY)], {
      stdio: ['ignore', said, said],
      env: { ...process.env, ...env, FAULT_LOG: this.#faultLog },
    });
    closeSync(said);
    children.add(this.#child);
    this.ended = new Promise(resolve =>
      this.#child.once('exit', (code, signal) => {
        children.delete(this.#child);
        resolve(signal ?? String(code));
      }),
    );
  }

  /** The lines it wrote about faults so far. */
  get faults(): readonly FaultLine[] {
    if (!existsSync(this.#faultLog)) return [];
    const lines = readFileSync(this.#faultLog, 'utf8').split('\n').filter(Boolean);
    return lines.map((line): FaultLine => JSON.parse(line));
  }

  /** The line of its chosen fault. */
  get fault(): FaultLine | undefined {
    return this.faults.find(({ point }) => point !== undefined);
  }

  /** True while the kernel has it stopped. */
  get isStopped(): boolean {
    try {
      const stat = readFileSync(`/proc/${this.#child.pid}/stat`, 'utf8');
      return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) === 'T';
    } catch {
      return false;
    }
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Resolves when it logged that it runs (log level `info`). */
  async untilRunning(): Promise<void> {
    for (let waitedMs = 0; !readFileSync(this.#log, 'utf8').includes('"running"'); waitedMs += 20) {
      if (waitedMs > 60_000) throw new Error('the sink did not start within 60 s');
      await sleep(20);
    }
  }

  lastWords(): readonly string[] {
    const lines = readFileSync(this.#log, 'utf8').split('\n').filter(Boolean).slice(-5);
    return lines.map(line => `${this.#child.pid}: ${line.slice(0, 400)}`);
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  async untilStopped(): Promise<void> {
    for (let waitedMs = 0; !this.isStopped; waitedMs += 20) {
      if (waitedMs > 60_000) throw new Error('the sink did not reach the point where it suspends itself');
      await sleep(20);
    }
  }

  /** Asks it to end, and kills it when it does not. */
  async stop(): Promise<void> {
    this.signal('SIGCONT');
    this.signal('SIGTERM');
    const timer = setTimeout(() => this.signal('SIGKILL'), 8_000);
    await this.ended;
    clearTimeout(timer);
  }
}
