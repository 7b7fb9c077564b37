import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StreamsError } from '../errors.ts';

interface Owner {
  readonly pid: number;
  /** Distinguishes two processes with the same pid; undefined where the system does not give it. */
  readonly startedAt: string | undefined;
  /** Boot id of the operating system; undefined where the system does not give it. */
  readonly bootId: string | undefined;
}

/** undefined where the system does not give it; then a crash since cannot be detected. */
export const bootId = textOf('/proc/sys/kernel/random/boot_id')?.trim();
const MOST_TRIES = 100;
let attempts = 0;

/**
 * Reserves a folder for one process. A dead process leaves its lock behind, and the next one takes it over. The owner
 * is alive only if a process with its pid and start time has run since the same boot. Processes that cannot see each
 * other's pids (containers that share a volume) are not detected.
 */
export class FolderLock {
  readonly #path: string;
  /** True: the system crashed while the folder was open, so the last writes may be incomplete on disk. */
  readonly isAfterSystemCrash: boolean;

  private constructor(path: string, isAfterSystemCrash: boolean) {
    this.#path = path;
    this.isAfterSystemCrash = isAfterSystemCrash;
  }

  /** Creates the folder if needed. Throws STATE_LOCKED, retriable, while another owner lives. */
  static take(folder: string): FolderLock {
    mkdirSync(folder, { recursive: true });
    const path = join(folder, 'owner.lock');
    const own = `${path}.${process.pid}.${attempts++}`;
    const self: Owner = { pid: process.pid, startedAt: startOf(process.pid), bootId };
    writeFileSync(own, JSON.stringify(self));
    try {
      let isAfterSystemCrash = false;
      for (let tries = 0; !isLinked(own, path); tries++) {
        const text = textOf(path);
        if (tries > MOST_TRIES) throw locked(folder, undefined);
        if (text === undefined) continue; // released just now
        const owner = parse(text);
        if (owner !== undefined && isAlive(owner)) throw locked(folder, owner);
        isAfterSystemCrash ||= owner?.bootId !== bootId;
        remove(path, text, folder);
      }
      return new FolderLock(path, isAfterSystemCrash);
    } finally {
      rmSync(own, { force: true });
    }
  }

  release(): void {
    rmSync(this.#path, { force: true });
  }
}

/** Creates the lock as a link: it appears whole or not at all, for one process only. */
function isLinked(own: string, path: string): boolean {
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Removes a dead owner's lock. If another process took the lock since, it is put back. */
function remove(path: string, text: string, folder: string): void {
  const aside = `${path}.${process.pid}.${attempts++}`;
  try {
    renameSync(path, aside);
  } catch {
    return; // another process removed it and wants it
  }
  const found = textOf(aside);
  const isOther = found !== text;
  if (isOther) isLinked(aside, path);
  rmSync(aside, { force: true });
  if (isOther) throw locked(folder, parse(found ?? ''));
}

function isAlive(owner: Owner): boolean {
  if (owner.bootId !== bootId) return false;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false;
  }
  return owner.startedAt === startOf(owner.pid);
}

/** Clock ticks from boot to the process's start. */
function startOf(pid: number): string | undefined {
  const stat = textOf(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function parse(text: string): Owner | undefined {
  try {
    return JSON.parse(text) as Owner;
  } catch {
    return undefined;
  }
}

function locked(folder: string, owner: Owner | undefined): StreamsError {
  const message = `the state in ${folder} is open in process ${owner?.pid ?? 'unknown'}`;
  return new StreamsError('STATE_LOCKED', message, { retriable: true });
}
