import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { lives, startTicks } from './leftovers.ts';

/** Waits for the lock file, runs `work`, then removes the file. Takes over the lock of a dead process. */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(path), { recursive: true });
  while (!take(path)) await new Promise(resolve => setTimeout(resolve, 300));
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

function take(path: string): boolean {
  try {
    writeFileSync(path, `${process.pid} ${startTicks(process.pid) ?? ''}`, { flag: 'wx' });
    return true;
  } catch {
    if (!held(path)) rmSync(path, { force: true });
    return false;
  }
}

function held(path: string): boolean {
  try {
    const [pid = 0, ticks] = readFileSync(path, 'utf8').split(' ').filter(Boolean).map(Number);
    return lives(pid, ticks);
  } catch {
    return false; // released in between
  }
}
