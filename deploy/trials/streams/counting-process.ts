import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../../local/folder.ts';

/** Options of topologies/bench/counting-worker.ts. */
export interface CountingOptions {
  readonly brokers: string;
  readonly application: string;
  readonly prefix: string;
  readonly aggregation?: 'tumbling' | 'total' | 'none' | 'two-steps';
  readonly guarantee?: 'exactly-once' | 'at-least-once';
  readonly store?: 'memory' | 'lmdb';
  readonly 'state-dir'?: string;
  readonly instance?: string;
  readonly standbys?: number;
  readonly stay?: boolean;
  readonly watch?: boolean;
}

/** The lines of a worker, in order. Times are ms since 1970. */
export type Said =
  | {
      readonly is: 'running';
      readonly startedMs: number;
      readonly runningMs: number;
      readonly restored: number;
      readonly restoringMs: number;
    }
  | {
      readonly is: 'committed';
      readonly records: number;
      readonly startedMs: number;
      readonly committedMs: number;
      /** Time between two commits of a lane. */
      readonly intervalsMs: { readonly p50: number; readonly p95: number; readonly count: number };
      readonly rssMb: number;
      readonly cpuMs: number;
    }
  | { readonly is: 'lanes'; readonly running: readonly string[]; readonly atMs: number; readonly restored: number }
  | { readonly is: 'gap'; readonly lane: string; readonly ms: number; readonly atMs: number };

/**
 * V8 flags. Records live for one commit interval, and a young generation of that size avoids copying them (the JVM
 * sizes its own). Without allocation-site pretenuring V8 does not place all records in the old generation because the
 * first ones survived.
 */
export const YOUNG_GENERATION = [
  '--min-semi-space-size=32',
  '--max-semi-space-size=32',
  '--no-allocation-site-pretenuring',
];

/** Our engine in its own process. */
export class CountingProcess {
  readonly child: ChildProcess;
  readonly said: Said[] = [];
  #complained = '';
  #hear: () => void = () => {};

  constructor(options: CountingOptions) {
    const words = Object.entries(options).flatMap(([name, value]) => (value === true ? [`--${name}`] : value === false ? [] : [`--${name}`, String(value)])); // biome-ignore format: one list
    const script = join(root, 'topologies/bench/counting-worker.ts');
    this.child = spawn(process.execPath, [...YOUNG_GENERATION, script, ...words], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    if (this.child.stdout) createInterface({ input: this.child.stdout }).on('line', line => this.#take(line));
    this.child.stderr?.on('data', (chunk: Buffer) => {
      this.#complained = (this.#complained + chunk.toString()).slice(-4000);
    });
    this.child.once('exit', () => this.#hear());
  }

  /** The first matching line, past or future; rejects when the process ends without it. */
  async hear<S extends Said>(fits: (said: Said) => said is S, withinMs = 600_000): Promise<S> {
    const giveUpAtMs = performance.now() + withinMs;
    for (;;) {
      const found = this.said.find(fits);
      if (found) return found;
      if (this.child.exitCode !== null || this.child.signalCode !== null)
        throw new Error(`the worker ended:\n${this.#complained}`);
      if (performance.now() > giveUpAtMs)
        throw new Error(`the worker said nothing for ${withinMs} ms:\n${this.#complained}`);
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, 200);
        this.#hear = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** Resolves when it has ended. */
  async end(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise(resolve => this.child.once('exit', resolve));
    this.child.kill(signal);
    await ended;
  }

  #take(line: string): void {
    if (!line.startsWith('{')) return;
    this.said.push(JSON.parse(line) as Said);
    this.#hear();
  }
}

export const isRunning = (said: Said): said is Said & { is: 'running' } => said.is === 'running';
export const isLanes = (said: Said): said is Said & { is: 'lanes' } => said.is === 'lanes';
export const isCommitted = (said: Said): said is Said & { is: 'committed' } => said.is === 'committed';
