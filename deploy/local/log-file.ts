import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';

const LIMIT_BYTES = 20_000_000;

/**
 * A log that keeps its last 20 to 40 MB: the file itself and an older one, `FILE.1`. Only its owner may read it. Writing
 * never throws: lines that the disk refuses are counted, and the count is the first line written afterwards.
 */
export class LogFile {
  readonly #path: string;
  #file: number | undefined;
  #sizeBytes = 0;
  #closed = false;
  #lost = 0;

  constructor(path: string) {
    this.#path = path;
    try {
      this.#open();
    } catch {
      // a later write opens the file
    }
  }

  /** Number of lines that could not be written and are not yet reported in the log. */
  get lost(): number {
    return this.#lost;
  }

  write(line: string): void {
    if (this.#closed) return; // a late line of a killed program
    try {
      if (this.#sizeBytes > LIMIT_BYTES) this.#turn();
      if (this.#lost > 0) this.#append(`lines lost because they could not be written: ${this.#lost}`);
      this.#lost = 0;
      this.#append(line);
    } catch {
      this.#lost += 1; // no space or no descriptor: the program runs on
    }
  }

  close(): void {
    this.#closed = true;
    this.#shut();
  }

  #append(line: string): void {
    const file = this.#open();
    const bytes = Buffer.from(`${line}\n`);
    for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
    this.#sizeBytes += bytes.length;
  }

  #open(): number {
    if (this.#file === undefined) {
      this.#file = openSync(this.#path, 'a', 0o600);
      this.#sizeBytes = fstatSync(this.#file).size;
    }
    return this.#file;
  }

  #turn(): void {
    this.#shut();
    renameSync(this.#path, `${this.#path}.1`);
    this.#sizeBytes = 0;
  }

  #shut(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}
