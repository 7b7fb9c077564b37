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
 * The LMDB environment of one task: a folder with one owner process at a time, a named database per store, and one for
 * a note on each store. Transactions are synchronous but not flushed one by one: writes of a killed process are safe in
 * the operating system. If the system itself crashes while the folder is open, the whole folder is dropped and restored
 * from the changelogs. Where the system does not report crashes, every transaction is flushed.
 */
export class LmdbEnvironment {
  readonly #folder: string;
  readonly #lock: FolderLock;
  readonly #root: RootDatabase<Buffer, Buffer>;
  /** The note of each store, by its name. */
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

  /** Commits everything that `work` writes or, if it throws, nothing. */
  transaction(work: () => void): void {
    this.#root.transactionSync(work);
  }

  /** Registers a store as user; the last release closes the environment. */
  retain(): void {
    this.#stores += 1;
  }

  release(): void {
    this.#stores -= 1;
    if (this.#stores > 0) return;
    this.#isClosed = true;
    void this.#root.close(); // at once: only `transaction` writes
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
