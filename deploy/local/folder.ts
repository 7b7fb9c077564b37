import { chmodSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { checkFolder, makeFolder } from './data-folder.mjs';

/** Root of the repository. */
export const root = resolve(import.meta.dirname, '../..');

/** The folder of an installation's data, logs and secrets; git ignores it. */
export class DataFolder {
  readonly path: string;

  /** Names a folder; creates nothing. */
  constructor(path: string) {
    this.path = resolve(path);
  }

  /** The folder, created where it is missing. Throws StepError with its fix when we may not write there. */
  static make(path: string): DataFolder {
    const folder = new DataFolder(path);
    checkFolder(folder.path, '--data DIR');
    makeFolder(folder.file('logs'));
    return folder;
  }

  /** The folder that the user chose: by option, by setting, or the default. Creates nothing. */
  static chosen(option: string | undefined, setting: string | undefined): DataFolder {
    return new DataFolder(option ?? setting ?? join(root, '.sightline'));
  }

  file(...names: readonly string[]): string {
    return join(this.path, ...names);
  }

  folder(...names: readonly string[]): string {
    const path = this.file(...names);
    makeFolder(path);
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
