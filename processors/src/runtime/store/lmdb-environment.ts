import { closeSync, fsyncSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Database, open, type RootDatabase } from 'lmdb';
import { type EntryKey, entryKeys } from './entry-key.ts';
import { bootId, FolderLock } from './folder-lock.ts';

export type Bytes = Database<Buffer, Buffer>;
export type Entries = Database<Buffer, EntryKey>;
const BYTES = { encoding: 'binary', keyEncoding: 'binary', cache: false } as const;
const ENTRIES = { encoding: 'binary', keyEncoder: entryKeys, cache: false } as const;
const MAX_DATABASES = 512;

/**
 * The LMDB environment of one task: a folder that one process has at a time, a named database per store and one with a
 * note on each. Transactions are synchronous and not flushed one by one: what a killed process wrote is with the
 * operating system and stays; if the system itself goes down while the folder is open, all of it is given up and comes
 * again from the changelogs. Where the system does not tell that it went down, every transaction is flushed.
 */
export class LmdbEnvironment {
  readonly #folder: string;
  readonly #lock: FolderLock;
  readonly #root: RootDatabase<Buffer, Buffer>;
  /** What each store says of itself, by its name. */
  readonly notes: Bytes;
  #stores = 0;
  #isClosed = false;

  /** Throws STATE_LOCKED, retriable, while another process has the folder. */
  constructor(folder: string) {
    this.#folder = folder;
    this.#lock = FolderLock.take(folder);
    try {
      if (this.#lock.isAfterSystemCrash) this.#deleteAll();
      const flushes = bootId === undefined ? {} : { noSync: true, overlappingSync: false };
      this.#root = open({ path: folder, maxDbs: MAX_DATABASES, eventTurnBatching: false, ...BYTES, ...flushes });
      this.notes = this.database('notes');
    } catch (error) {
      this.#lock.release();
      throw error;
    }
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  database(name: string): Bytes {
    return this.#root.openDB<Buffer, Buffer>({ name, ...BYTES });
  }

  entries(name: string): Entries {
    return this.#root.openDB<Buffer, EntryKey>({ name, ...ENTRIES });
  }

  /** All that `work` writes or, if it throws, nothing. */
  transaction(work: () => void): void {
    this.#root.transactionSync(work);
  }

  /** A store begins to use it; the last one that ends closes it. */
  retain(): void {
    this.#stores += 1;
  }

  release(): void {
    this.#stores -= 1;
    if (this.#stores > 0) return;
    this.#isClosed = true;
    void this.#root.close(); // at once: nothing is written but by `transaction`
    flush(join(this.#folder, 'data.mdb'));
    this.#lock.release();
  }

  #deleteAll(): void {
    for (const file of ['data.mdb', 'lock.mdb']) rmSync(join(this.#folder, file), { force: true });
  }
}

function flush(path: string): void {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
