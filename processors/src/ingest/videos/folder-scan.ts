import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** A file as listed in the folder. */
export interface SeenFile {
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly changedAtMs: number;
}

/** The files directly in a folder, without hidden ones; none when the folder does not exist. */
export async function filesIn(folder: string): Promise<readonly SeenFile[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const seen = await Promise.all(
    names
      .filter(name => !name.startsWith('.'))
      .map(async fileName => {
        const found = await stat(join(folder, fileName)).catch(() => undefined);
        if (!found?.isFile()) return undefined;
        return { fileName, sizeBytes: found.size, changedAtMs: found.mtimeMs };
      }),
  );
  return seen.filter(file => file !== undefined);
}

/**
 * Finds the files to read now: those whose size and time did not change for `settleMs`. Each is given once until it
 * changes again. `nowMs` is any steady clock.
 */
export class Settling {
  readonly #settleMs: number;
  readonly #files = new Map<string, { readonly file: SeenFile; readonly sinceMs: number; looked: boolean }>();

  constructor(settleMs: number) {
    this.#settleMs = settleMs;
  }

  /**
   * Takes all present files. Returns those that settled, the names that are new or changed, and the names that are
   * gone.
   */
  scan(
    files: readonly SeenFile[],
    nowMs: number,
  ): { readonly settled: readonly SeenFile[]; readonly changed: readonly string[]; readonly gone: readonly string[] } {
    const names = new Set(files.map(({ fileName }) => fileName));
    const gone = [...this.#files.keys()].filter(name => !names.has(name));
    for (const name of gone) this.#files.delete(name);
    const settled: SeenFile[] = [];
    const changed: string[] = [];
    for (const file of files) {
      const known = this.#files.get(file.fileName);
      if (known === undefined || !same(known.file, file)) {
        this.#files.set(file.fileName, { file, sinceMs: nowMs, looked: false });
        changed.push(file.fileName);
      } else if (!known.looked && nowMs - known.sinceMs >= this.#settleMs) {
        known.looked = true;
        settled.push(file);
      }
    }
    return { settled, changed, gone };
  }

  /** Gives a file once more although it did not change, e.g. after the log was down. */
  again(fileName: string): void {
    this.#files.delete(fileName);
  }
}

const same = (a: SeenFile, b: SeenFile): boolean => a.sizeBytes === b.sizeBytes && a.changedAtMs === b.changedAtMs;

/** SHA-256 of a file's bytes, 64 hex digits. */
export async function sha256Of(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash, { signal });
  return hash.digest('hex');
}
