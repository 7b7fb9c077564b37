import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import type { ControlSnapshot } from '@sightline/schemas';
import { type ControlFold, snapshotSerde } from '@sightline/schemas/control';

/** First line of the file: format, identity of the fold, CRC-32 of the rest. */
const FORM = 'sightline-control-1';

const headerOf = (identity: string, body: Buffer): string =>
  `${FORM} ${identity} ${crc32(body).toString(16).padStart(8, '0')}\n`;

/** A fold kept in one file. A bad file costs only folding the log again. */
export class SnapshotFile {
  readonly #path: string;
  readonly #say: (notice: string) => void;
  #writing: Promise<void> = Promise.resolve();

  /** `say`: called with a sentence about what is wrong with the file. */
  constructor(path: string, say: (notice: string) => void) {
    this.#path = path;
    this.#say = say;
  }

  /** The snapshot of a fold with this identity; undefined: there is none, or it is damaged. */
  async read(identity: string): Promise<ControlSnapshot | undefined> {
    const bytes = await readFile(this.#path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') this.#ignore(`it cannot be read: ${error.message}`);
      return undefined;
    });
    if (bytes === undefined) return undefined;
    const [form, kept] = bytes.toString('latin1', 0, 64).split(' ');
    if (form !== FORM || kept !== identity) return this.#ignore('another version wrote it');
    const start = bytes.indexOf('\n') + 1;
    const body = bytes.subarray(start);
    if (bytes.toString('latin1', 0, start) !== headerOf(identity, body)) return this.#ignore('it is damaged');
    return snapshotSerde.deserialize(body);
  }

  /** Reports why a snapshot is not used. */
  ignore(why: string): void {
    this.#ignore(why);
  }

  #ignore(why: string): undefined {
    this.#say(`the snapshot ${this.#path} is ignored and the control log folded from its start: ${why}`);
  }

  /** Replaces the file whole or not at all; one write at a time. Reports a failure. */
  write(fold: ControlFold): Promise<void> {
    const snapshot = fold.snapshot();
    if (snapshot === undefined) return this.#writing;
    const body = snapshotSerde.serialize(snapshot);
    this.#writing = this.#writing
      .then(() => this.#replace(Buffer.concat([Buffer.from(headerOf(fold.identity, body)), body])))
      .catch((error: unknown) => this.#say(`the snapshot ${this.#path} cannot be written: ${error}`));
    return this.#writing;
  }

  async #replace(bytes: Buffer): Promise<void> {
    const draft = `${this.#path}.${process.pid}`;
    await mkdir(dirname(this.#path), { recursive: true });
    try {
      const file = await open(draft, 'w', 0o600);
      await file
        .writeFile(bytes)
        .then(() => file.sync())
        .finally(() => file.close());
      await rename(draft, this.#path);
    } catch (error) {
      await rm(draft, { force: true }); // a full disk keeps no half of it
      throw error;
    }
  }
}
