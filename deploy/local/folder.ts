import { chmodSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Root of the repository. */
export const root = resolve(import.meta.dirname, '../..');

/** The folder of an installation's data, logs and secrets; git ignores it. */
export class DataFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = resolve(path);
    for (const inner of [this.path, this.file('logs')]) mkdirSync(inner, { recursive: true, mode: 0o700 });
  }

  file(...names: readonly string[]): string {
    return join(this.path, ...names);
  }

  folder(...names: readonly string[]): string {
    const path = this.file(...names);
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return path;
  }

  /** A folder of recordings that every user may read, since the decoder runs as a user without rights. `path` keeps others out. */
  recordings(name: string): string {
    const path = this.folder(name);
    chmodSync(path, 0o755);
    return path;
  }

  log(name: string): string {
    return this.file('logs', `${name}.log`);
  }

  get secrets(): string {
    return this.file('secrets.json');
  }

  /** The file with every address; exists while the product is ready. */
  get ready(): string {
    return this.file('ready.json');
  }

  /** The file that names the supervisor that owns this folder. */
  get run(): string {
    return this.file('run.json');
  }
}
