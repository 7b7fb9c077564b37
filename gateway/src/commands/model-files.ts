import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ClientError } from '../errors.ts';

/** Largest file of a model. */
export const MOST_MODEL_BYTES = 512 * 1024 * 1024;
/** No upload takes this long. */
const LEFT_AFTER_MS = 3_600_000;

export interface ReceivedFile {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** The files of uploaded models: NAME/VERSION/ has `card.json` and `model.onnx`. Inference reads the same folder. */
export class ModelFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Removes what gateways that ended left in the middle of an upload. */
  async clean(): Promise<void> {
    const names = await readdir(this.#incoming).catch(() => []);
    for (const path of names.map(name => join(this.#incoming, name))) {
      const changedAtMs = (await stat(path).catch(() => undefined))?.mtimeMs ?? Number.POSITIVE_INFINITY;
      if (changedAtMs < Date.now() - LEFT_AFTER_MS) await rm(path, { recursive: true, force: true });
    }
  }

  get #incoming(): string {
    return join(this.#folder, '.incoming');
  }

  /** Writes a body to a new file. Throws ClientError for one that is too large, empty or cut off. */
  async receive(body: ReadableStream<Uint8Array> | null): Promise<ReceivedFile> {
    if (body === null)
      throw new ClientError('the body is empty: send the ONNX file as it is', 'BAD_INPUT', 400, 'body');
    await mkdir(this.#incoming, { recursive: true, mode: 0o700 });
    const path = join(this.#incoming, randomUUID());
    const hash = createHash('sha256');
    let bytes = 0;
    const measure = new Transform({
      transform(chunk: Buffer, _, done) {
        bytes += chunk.length;
        hash.update(chunk);
        done(bytes > MOST_MODEL_BYTES ? tooLarge() : null, chunk);
      },
    });
    try {
      await pipeline(body, measure, createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true }));
    } catch (error) {
      await this.discard(path);
      throw error instanceof ClientError || isOurFault(error)
        ? error
        : new ClientError('the upload ended early: send the file again', 'BAD_INPUT', 400, 'body');
    }
    return { path, bytes, sha256: hash.digest('hex') };
  }

  discard(path: string): Promise<void> {
    return rm(path, { force: true });
  }

  /** Path of the card of a kept version. */
  cardPath(model: string, version: string): string {
    return join(this.#folder, model, version, 'card.json');
  }

  /** Keeps a received file as a version of a model. Readers see the whole version or none. */
  async keep({ path }: ReceivedFile, card: { readonly name: string; readonly version: string }): Promise<void> {
    const whole = `${path}.version`;
    await mkdir(whole, { mode: 0o755 });
    await rename(path, join(whole, 'model.onnx'));
    await writeFile(join(whole, 'card.json'), JSON.stringify({ ...card, file: 'model.onnx' }, null, 2), {
      flush: true,
    });
    const folder = join(this.#folder, card.name);
    await mkdir(folder, { recursive: true });
    await rm(join(folder, card.version), { recursive: true, force: true }); // of an upload that was not accepted
    await rename(whole, join(folder, card.version));
  }

  /** Removes the files of a version, and the model's folder when it was the last one. */
  async remove(model: string, version: string): Promise<void> {
    const folder = join(this.#folder, model);
    await rm(join(folder, version), { recursive: true, force: true });
    const left = await readdir(folder).catch(() => ['unknown']);
    if (left.length === 0) await rm(folder, { recursive: true, force: true });
  }
}

const tooLarge = (): ClientError =>
  new ClientError(
    `the file is larger than ${MOST_MODEL_BYTES / 1024 ** 2} MiB: export a smaller model`,
    'BAD_INPUT',
    413,
    'body',
  );

/** An error of the disk. */
const isOurFault = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  ['ENOSPC', 'EACCES', 'EROFS', 'EDQUOT', 'EIO'].includes(String(error.code));
