import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';

const LIMIT_BYTES = 20_000_000;

/**
 * A log that keeps its last 20 to 40 MB: the file itself and one before it, `FILE.1`. Only its owner reads it. Writing
 * never throws: a line that the disk does not take is counted, and the count is the first line once it does again.
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
      // opened by the first line that can be written
    }
  }

  /** Lines that could not be written and have not been told of yet. */
  get lost(): number {
    return this.#lost;
  }

  write(line: string): void {
    if (this.#closed) return; // the last words of a program that was killed
    try {
      if (this.#sizeBytes > LIMIT_BYTES) this.#turn();
      if (this.#lost > 0) this.#append(`lines lost, since they could not be written: ${this.#lost}`);
      this.#lost = 0;
      this.#append(line);
    } catch {
      this.#lost += 1; // no space, no descriptor: the program it is about goes on
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
