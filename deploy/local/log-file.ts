import { closeSync, openSync, renameSync, statSync, writeSync } from 'node:fs';

const LIMIT_BYTES = 20_000_000;

/** A log that keeps its last 20 to 40 MB: the file itself and one before it, `FILE.1`. Only its owner reads it. */
export class LogFile {
  readonly #path: string;
  #file: number;
  #sizeBytes: number;
  #closed = false;

  constructor(path: string) {
    this.#path = path;
    this.#file = openSync(path, 'a', 0o600);
    this.#sizeBytes = statSync(path).size;
  }

  write(line: string): void {
    if (this.#closed) return; // the last words of a program that was killed
    if (this.#sizeBytes > LIMIT_BYTES) this.#turn();
    this.#sizeBytes += writeSync(this.#file, `${line}\n`);
  }

  close(): void {
    this.#closed = true;
    closeSync(this.#file);
  }

  #turn(): void {
    closeSync(this.#file);
    renameSync(this.#path, `${this.#path}.1`);
    this.#file = openSync(this.#path, 'a', 0o600);
    this.#sizeBytes = 0;
  }
}
