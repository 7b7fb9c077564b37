import { createHash } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { constants, type FileHandle, open } from 'node:fs/promises';

const CHUNK_BYTES = 1_048_576;

/** A file that is being hashed. */
export interface Reading {
  readonly sizeBytes: number;
  readBytes: number;
}

/**
 * Hashes files piece by piece. The file with the fewest bytes left is always next, so a small file never waits for a
 * large one.
 */
export class FileHashes {
  readonly #readings = new Set<Reading>();
  readonly #freed = new EventEmitter().setMaxListeners(0);

  /**
   * SHA-256 of a file's bytes, 64 hex digits; `reading` says how far it is. Rejects when the signal aborts: it must, once
   * the file changes or goes.
   */
  async sha256Of(path: string, reading: Reading, signal: AbortSignal): Promise<string> {
    this.#readings.add(reading);
    let file: FileHandle | undefined;
    try {
      const hash = createHash('sha256');
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      for (;;) {
        while (this.#next() !== reading) await once(this.#freed, 'freed', { signal });
        signal.throwIfAborted();
        file ??= await open(path, constants.O_RDONLY | constants.O_NONBLOCK); // never waits, whatever lies there now
        const { bytesRead } = await file.read(chunk, 0, CHUNK_BYTES);
        if (bytesRead === 0) return hash.digest('hex');
        hash.update(chunk.subarray(0, bytesRead));
        reading.readBytes += bytesRead;
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
