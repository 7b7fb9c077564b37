import { createHash } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { constants, type FileHandle, open } from 'node:fs/promises';

const CHUNK_BYTES = 1_048_576;

/** A file that is being hashed. */
export interface Reading {
  readonly sizeBytes: number;
  readBytes: number;
}

export interface FileHash {
  readonly sha256: string;
  /** undefined: no beginning was asked for, or the file is shorter. */
  readonly beginningSha256: string | undefined;
}

/**
 * Hashes files piece by piece. The file with the fewest bytes left is always next, so a small file never waits for a
 * large one.
 */
export class FileHashes {
  readonly #readings = new Set<Reading>();
  readonly #freed = new EventEmitter().setMaxListeners(0);

  /**
   * SHA-256 of a file's bytes and of the first `beginningBytes` of them, 64 hex digits each; `reading` says how far it
   * is. Rejects when the signal aborts: it must, once the file changes or goes.
   */
  async hash(
    path: string,
    reading: Reading,
    beginningBytes: number | undefined,
    signal: AbortSignal,
  ): Promise<FileHash> {
    this.#readings.add(reading);
    let file: FileHandle | undefined;
    try {
      const hash = createHash('sha256');
      let beginningSha256: string | undefined;
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      for (;;) {
        while (this.#next() !== reading) await once(this.#freed, 'freed', { signal });
        signal.throwIfAborted();
        file ??= await open(path, constants.O_RDONLY | constants.O_NONBLOCK); // never waits, whatever lies there now
        const leftBytes = (beginningBytes ?? 0) - reading.readBytes; // of the beginning
        const { bytesRead } = await file.read(chunk, 0, leftBytes > 0 ? Math.min(leftBytes, CHUNK_BYTES) : CHUNK_BYTES);
        if (bytesRead === 0) return { sha256: hash.digest('hex'), beginningSha256 };
        hash.update(chunk.subarray(0, bytesRead));
        reading.readBytes += bytesRead;
        if (reading.readBytes === beginningBytes) beginningSha256 = hash.copy().digest('hex');
      }
    } finally {
      this.#readings.delete(reading);
      this.#freed.emit('freed');
      await file?.close();
    }
  }

  #next(): Reading | undefined {
    let next: Reading | undefined;
    for (const reading of this.#readings) if (next === undefined || left(reading) < left(next)) next = reading;
    return next;
  }
}

const left = ({ sizeBytes, readBytes }: Reading): number => sizeBytes - readBytes;
