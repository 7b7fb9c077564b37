import { type Tail, tail } from '@sightline/processors/control';
import type { LogRecord } from '@sightline/processors/log';
import type { Cell, Logger } from '@sightline/processors/process';
import { type CameraStatus, topics, UndecodableError } from '@sightline/schemas';

type Listener = (status: CameraStatus) => void;

/** How each camera's source is, by ingest's last word; a compacted topic, read from its start. */
export class CameraStatuses {
  readonly #statuses = new Map<string, CameraStatus>();
  readonly #listeners = new Set<Listener>();
  #tail: Tail | undefined;

  get(cameraId: string): CameraStatus | undefined {
    return this.#statuses.get(cameraId);
  }

  all(): readonly CameraStatus[] {
    return [...this.#statuses.values()];
  }

  onChange(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves once all that is there has been read; goes on in the background. */
  async follow(cell: Cell, logger: Logger, onError: (error: unknown) => void): Promise<void> {
    const take = async (record: LogRecord): Promise<void> => {
      if (record.value === null) {
        this.#statuses.delete(record.key?.toString('utf8') ?? '');
        return;
      }
      try {
        const status = await cell.decode(topics.cameraStatus, record);
        this.#statuses.set(status.cameraId, status);
        for (const listener of this.#listeners) listener(status);
      } catch (error) {
        if (!(error instanceof UndecodableError)) throw error;
        logger.warn({ err: error, offset: String(record.offset) }, 'a camera status does not decode: passed over');
      }
    };
    const handle = async (records: readonly LogRecord[]): Promise<void> => {
      for (const record of records) await take(record);
    };
    this.#tail = await tail(cell, topics.cameraStatus, handle, onError);
  }

  async close(): Promise<void> {
    await this.#tail?.close();
  }
}
