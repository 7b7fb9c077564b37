import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const MARK_CHARACTERS = 256;

/**
 * Names on disk the model that a thread runs at this moment. Native code that crashes ends the whole process, so only a
 * file can tell the next one which model it was.
 */
export class RunMark {
  readonly #fd: number;

  constructor(path: string) {
    this.#fd = openSync(path, 'w', 0o600);
  }

  set(key: string): void {
    writeSync(this.#fd, key.slice(0, MARK_CHARACTERS).padEnd(MARK_CHARACTERS), 0);
  }

  clear(): void {
    this.set('');
  }

  close(): void {
    this.clear();
    closeSync(this.#fd);
  }
}

export const markPath = (folder: string, thread: number): string => join(folder, `thread-${thread}.running`);

const marksIn = (folder: string): readonly string[] =>
  readdirSync(folder)
    .filter(name => name.endsWith('.running'))
    .map(name => join(folder, name));

/** The models that threads ran when the last process ended, without repeats. Makes the folder. */
export function marksOf(folder: string): readonly string[] {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const keys = marksIn(folder).map(path => readFileSync(path, 'utf8').trim());
  return [...new Set(keys)].filter(key => key !== '');
}

export function removeMarks(folder: string): void {
  for (const path of marksIn(folder)) rmSync(path);
}
