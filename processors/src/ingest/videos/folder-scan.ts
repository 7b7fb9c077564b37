import { isUtf8 } from 'node:buffer';
import { lstat, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** An entry of the folder. */
export interface SeenFile {
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly changedAtMs: number;
  /** Differs when another file took the name. */
  readonly inode: number;
  /** Why it cannot be read as a file at all, after its name; undefined: it is a file. */
  readonly trouble?: string;
}

/** What lies directly in a folder, without hidden entries; nothing when the folder does not exist. */
export async function filesIn(folder: string): Promise<readonly SeenFile[]> {
  const names = await readdir(folder, { encoding: 'buffer' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const seen = await Promise.all(names.filter(name => name[0] !== HIDDEN).map(name => seenFile(folder, name)));
  return seen.filter(file => file !== undefined);
}

/** Bytes beyond ASCII as `\\xFC`. */
const inHex = (name: Buffer): string =>
  name.toString('latin1').replace(/[\x80-\xff]/g, byte => `\\x${byte.charCodeAt(0).toString(16).toUpperCase()}`);
const HIDDEN = '.'.charCodeAt(0);
const NOTHING = { sizeBytes: 0, changedAtMs: 0, inode: 0 };

async function seenFile(folder: string, name: Buffer): Promise<SeenFile | undefined> {
  const fileName = name.toString('utf8');
  if (!isUtf8(name)) return { fileName: inHex(name), ...NOTHING, trouble: 'has a name that is not UTF-8: rename it' };
  const path = join(folder, fileName);
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => error);
  if (found instanceof Error) {
    const isLink = (await lstat(path).catch(() => undefined))?.isSymbolicLink() === true;
    if (!isLink) return undefined; // it went meanwhile
    return { fileName, ...NOTHING, trouble: `is a link to nothing (${found.code}): place the file itself` };
  }
  const trouble = found.isFile()
    ? undefined
    : found.isDirectory()
      ? 'is a folder: place its files here'
      : 'is no file: place a recording';
  const seen = { fileName, sizeBytes: found.size, changedAtMs: found.mtimeMs, inode: found.ino };
  // A folder or a pipe changes with its use, and stays what it is.
  return trouble === undefined ? seen : { fileName, ...NOTHING, inode: found.ino, trouble };
}

/**
 * Finds the files to read now: those whose size and time did not change for `settleMs`. Each is given once until it
 * changes again. `nowMs` is any steady clock.
 */
export class Settling {
  readonly #settleMs: number;
  readonly #files = new Map<
    string,
    { readonly file: SeenFile; readonly sinceMs: number; looked: boolean; again?: boolean }
  >();

  constructor(settleMs: number) {
    this.#settleMs = settleMs;
  }

  /**
   * Takes all present files. Returns those that settled, those that are new or changed, and the names that are gone.
   */
  scan(
    files: readonly SeenFile[],
    nowMs: number,
  ): {
    readonly settled: readonly SeenFile[];
    readonly changed: readonly SeenFile[];
    readonly gone: readonly string[];
  } {
    const names = new Set(files.map(({ fileName }) => fileName));
    const gone = [...this.#files.keys()].filter(name => !names.has(name));
    for (const name of gone) this.#files.delete(name);
    const settled: SeenFile[] = [];
    const changed: SeenFile[] = [];
    for (const file of files) {
      const known = this.#files.get(file.fileName);
      if (known === undefined || known.again === true || !same(known.file, file)) {
        this.#files.set(file.fileName, { file, sinceMs: nowMs, looked: false });
        changed.push(file);
      } else if (!known.looked && nowMs - known.sinceMs >= this.#settleMs) {
        known.looked = true;
        settled.push(file);
      }
    }
    return { settled, changed, gone };
  }

  /** Gives a file once more although it did not change, e.g. since it could not be read. A file that changed comes anyway. */
  again(file: SeenFile): void {
    const known = this.#files.get(file.fileName);
    if (known?.looked && same(known.file, file)) known.again = true; // it stays known, so that its end is noticed
  }
}

const same = (a: SeenFile, b: SeenFile): boolean =>
  (['sizeBytes', 'changedAtMs', 'inode', 'trouble'] as const).every(field => a[field] === b[field]);
