import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ClientError } from '../errors.ts';

/** Largest file of a model. */
export const MOST_MODEL_BYTES = 512 * 1024 * 1024;
/** No upload takes this long. */
const LEFT_AFTER_MS = 3_600_000;

const MODEL_FILE = 'model.onnx';

export interface ReceivedFile {
  readonly fileId: string;
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
}

/**
 * The files of uploaded models. Each upload has a folder of its own with `card.json` and `model.onnx`, so no upload
 * touches the files of another. Inference reads the same folder.
 */
export class ModelFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Removes what uploads left that were cut off or not accepted; `kept` are the folders that versions name. */
  async clean(kept: ReadonlySet<string>): Promise<void> {
    const names = await readdir(this.#folder).catch(() => []);
    for (const name of names.filter(one => !kept.has(one))) {
      const path = join(this.#folder, name);
      const changedAtMs = (await stat(path).catch(() => undefined))?.mtimeMs ?? Number.POSITIVE_INFINITY;
      if (changedAtMs < Date.now() - LEFT_AFTER_MS) await this.remove(name);
    }
  }

  /** Writes a body to a new file. Throws ClientError for one that is too large, empty or cut off. */
  async receive(body: ReadableStream<Uint8Array> | null): Promise<ReceivedFile> {
    if (body === null)
      throw new ClientError('the body is empty: send the ONNX file as it is', 'BAD_INPUT', 400, 'body');
    const fileId = randomUUID();
    const path = join(this.#folder, fileId, MODEL_FILE);
    await mkdir(join(this.#folder, fileId), { recursive: true });
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
      await this.remove(fileId);
      throw error instanceof ClientError || isOurFault(error)
        ? error
        : new ClientError('the upload ended early: send the file again', 'BAD_INPUT', 400, 'body');
    }
    return { fileId, path, bytes, sha256: hash.digest('hex') };
  }

  cardPath(fileId: string): string {
    return join(this.#folder, fileId, 'card.json');
  }

  /** Keeps a received file with its card. */
  async keep({ fileId }: ReceivedFile, card: object): Promise<void> {
    await writeFile(this.cardPath(fileId), JSON.stringify({ ...card, file: MODEL_FILE }, null, 2), { flush: true });
  }

  remove(fileId: string): Promise<void> {
    return rm(join(this.#folder, fileId), { recursive: true, force: true });
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
