import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { hasSpace } from './disk-watch.ts';
import { childEnv } from './environment.mjs';
import { StartError } from './errors.ts';
import type { DataFolder } from './folder.ts';
import { MARK } from './leftovers.ts';
import { LogFile } from './log-file.ts';
import type { Program } from './program.ts';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;
/** A program that lived this long is restarted after the shortest wait again. */
const STEADY_AFTER_MS = 30_000;
/** How often the supervisor checks for disk space, and checks that running parts answer. */
const LOOK_EVERY_MS = 2_000;

export interface SupervisorOptions {
  readonly folder: DataFolder;
  /** Called with each line of our processes; parts write only to their log. */
  readonly onLine: (name: string, line: string) => void;
  /** Called after each start and restart of a program. */
  readonly onStart?: () => void;
  readonly onRestart?: (name: string, reason: string, waitMs: number) => void;
  /** True when the data folder's disk has space; default: checks the disk. */
  readonly hasSpace?: () => boolean;
}

export interface ProgramStatus {
  readonly name: string;
  readonly kind: Program['kind'];
  /** Absent while the program is down. */
  readonly pid?: number;
  readonly restarts: number;
  readonly healthUrl?: string;
}

interface Supervised {
  readonly program: Program;
  readonly log: LogFile;
  child: ChildProcess | undefined;
  startedMs: number;
  /** Time of its last answer after it was ready. */
  answeredMs: number;
  waitMs: number;
  restarts: number;
  timer: NodeJS.Timeout | undefined;
  lastEnd: string;
}

/**
 * Keeps programs running, each in its own process group. Restarts a dead one after 0.5 s, then 1 s and so on up to 10 s.
 * Stops processes first and parts last, in reverse order of their start, and kills those that do not end in time.
 */
export class Supervisor {
  readonly #all: Supervised[] = [];
  readonly #options: SupervisorOptions;
  #stopping = false;

  constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  /** True from the call of `stop` on: nothing is started any more. */
  get stopping(): boolean {
    return this.#stopping;
  }

  /** Starts a program and resolves when it answers. Rejects with the end of its log when it does not get ready. */
  async launch(program: Program): Promise<void> {
    if (this.#stopping) throw stopped(program);
    if (program.needsSpace && !this.#hasSpace()) throw this.#noSpace(program.name);
    const log = new LogFile(this.#options.folder.log(program.name));
    const one: Supervised = {
      program,
      log,
      child: undefined,
      startedMs: 0,
      answeredMs: 0,
      waitMs: FIRST_WAIT_MS,
      restarts: 0,
      timer: undefined,
      lastEnd: '',
    };
    this.#all.push(one);
    this.#spawn(one);
    const endMs = performance.now() + program.readyWithinMs;
    while (!(await program.answers())) {
      const died = program.kind === 'part' && one.restarts > 0;
      if (this.#stopping) throw stopped(program);
      if (died || performance.now() > endMs) throw await this.#notReady(one, died);
      await pause(150);
    }
    if (program.kind === 'part') this.#watch(one);
  }

  #hasSpace(): boolean {
    return this.#options.hasSpace?.() ?? hasSpace(this.#options.folder.path);
  }

  #noSpace(name: string): StartError {
    const { path } = this.#options.folder;
    return new StartError(
      'NOT_READY',
      `the disk of ${path} is full: ${name} cannot write there`,
      'free 1 GB, start again',
    );
  }

  /** Kills a part that lives but no longer answers, as Kafka may after a full disk; its end leads to a restart. */
  #watch(one: Supervised): void {
    one.answeredMs = performance.now();
    const look = async (): Promise<void> => {
      if (this.#stopping) return;
      const { answers, readyWithinMs } = one.program;
      if (one.child === undefined || (await answers())) one.answeredMs = performance.now();
      else if (performance.now() - one.answeredMs > readyWithinMs && one.child.pid !== undefined) {
        one.answeredMs = performance.now();
        one.log.write(`it has not answered for ${readyWithinMs / 1000} s and is killed`);
        signalGroup(one.child.pid, 'SIGKILL');
      }
      setTimeout(() => void look(), LOOK_EVERY_MS).unref();
    };
    void look();
  }

  status(): readonly ProgramStatus[] {
    return this.#all.map(({ program: { name, kind, healthUrl }, child, restarts }) => ({
      name,
      kind,
      restarts,
      ...(child?.pid !== undefined && { pid: child.pid }),
      ...(healthUrl !== undefined && { healthUrl }),
    }));
  }

  /** Ends all programs; resolves when all have ended, after about 10 s at most. */
  async stop(): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    for (const one of this.#all) clearTimeout(one.timer);
    for (const [kind, patienceMs] of [
      ['process', 5_000],
      ['part', 4_000],
    ] as const) {
      const some = this.#all.filter(one => one.program.kind === kind).reverse();
      await Promise.all(some.map(one => end(one.child, patienceMs)));
    }
    for (const one of this.#all) one.log.close();
  }

  #spawn(one: Supervised): void {
    if (one.program.needsSpace && !this.#hasSpace()) {
      one.timer = setTimeout(() => this.#spawn(one), LOOK_EVERY_MS);
      return;
    }
    const { name, argv, env, cwd, kind, input } = one.program;
    const [command, ...args] = argv;
    const child = spawn(command, args, {
      detached: true,
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      cwd,
      env: { ...childEnv(one.program.settings), ...env, [MARK]: this.#options.folder.path },
    });
    one.child = child;
    one.startedMs = performance.now();
    // Without a free descriptor the child has no streams, and an `error` event follows.
    for (const stream of [child.stdout, child.stderr])
      if (stream)
        createInterface({ input: stream }).on('line', line => {
          one.log.write(line);
          if (kind === 'process') this.#options.onLine(name, line);
        });
    child.stdin?.once('error', () => undefined); // it died before it read its input; its end follows
    child.stdin?.end(input);
    this.#options.onStart?.();
    child.once('error', error => this.#ended(one, error.message));
    child.once('exit', (code, signal) => this.#ended(one, signal ?? `code ${code}`));
  }

  #ended(one: Supervised, reason: string): void {
    if (one.child === undefined) return;
    if (one.child.pid !== undefined) signalGroup(one.child.pid, 'SIGKILL'); // ends the dead program's children
    one.child = undefined;
    one.lastEnd = reason;
    if (this.#stopping) return;
    if (performance.now() - one.startedMs > STEADY_AFTER_MS) one.waitMs = FIRST_WAIT_MS;
    one.restarts += 1;
    this.#options.onRestart?.(one.program.name, reason, one.waitMs);
    one.timer = setTimeout(() => this.#spawn(one), one.waitMs);
    one.waitMs = Math.min(one.waitMs * 2, LONGEST_WAIT_MS);
  }

  async #notReady({ program, lastEnd }: Supervised, died: boolean): Promise<StartError> {
    const { name, healthUrl, readyWithinMs } = program;
    const log = this.#options.folder.log(name);
    const what = died ? `ended with ${lastEnd} while starting` : `was not ready within ${readyWithinMs / 1000} s`;
    const says = healthUrl === undefined ? '' : await saysOfItself(healthUrl);
    const end = tail(log, 12);
    return new StartError('NOT_READY', `${name} ${what}${says}; the end of its log:\n${end}`, `read ${log}`);
  }
}

const stopped = ({ name }: Program): StartError =>
  new StartError('NOT_READY', `stopped before ${name} was ready`, 'start again');

/** The body of an unhealthy answer, which has the reason. */
async function saysOfItself(url: string): Promise<string> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(1_000) });
    return `: ${(await answer.text()).slice(0, 500)}`;
  } catch {
    return '';
  }
}

/** Sends SIGTERM to a process group, and SIGKILL when its leader still lives after `patienceMs`. */
async function end(child: ChildProcess | undefined, patienceMs: number): Promise<void> {
  if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const { pid } = child;
  const ended = new Promise(resolve => child.once('exit', resolve));
  signalGroup(pid, 'SIGTERM');
  await Promise.race([ended, pause(patienceMs)]);
  signalGroup(pid, 'SIGKILL'); // ends also the rest of the leader's group
  await ended;
}

function signalGroup(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(-pid, name);
  } catch {
    // the group has ended
  }
}

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));

function tail(path: string, lines: number): string {
  return existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n').slice(-lines).join('\n') : '(empty)';
}
