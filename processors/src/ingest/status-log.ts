import { setTimeout as sleep } from 'node:timers/promises';
import { type CameraStatus, topics, UndecodableError } from '@sightline/schemas';
import type { FetchedBatch, LogReader, LogRecord, TopicPartition } from '../log/index.ts';
import type { Cell } from '../process/index.ts';

const LOOK_EVERY_MS = 20;

/** The latest status of every camera, as `camera-status` has it: read from its start, then followed. */
export class StatusLog {
  readonly #cell: Cell;
  readonly #reader: LogReader;
  readonly #latest = new Map<string, CameraStatus>();
  /** Next offset to read by partition; moves over compacted offsets too. */
  readonly #nextOffsets = new Map<number, bigint>();
  #closed = false;

  private constructor(cell: Cell, reader: LogReader) {
    this.#cell = cell;
    this.#reader = reader;
  }

  /** Resolves once all that was there at the call is known. `onError`: it can no longer be read. */
  static async open(cell: Cell, onError: (error: unknown) => void): Promise<StatusLog> {
    const log = new StatusLog(cell, await cell.log.reader());
    const partitions = Array.from({ length: cell.partitions(topics.cameraStatus) }, (_, partition) => partition);
    for (const { partition, offset } of await cell.log.admin.listOffsets(partitions.map(log.#at), 'earliest')) {
      log.#nextOffsets.set(partition, offset);
      log.#reader.seek(log.#at(partition), offset);
    }
    void log.#follow().catch(error => log.#closed || onError(error));
    await log.caughtUp(partitions);
    return log;
  }

  readonly #at = (partition: number): TopicPartition => ({ topic: this.#cell.name(topics.cameraStatus), partition });

  async #follow(): Promise<void> {
    while (!this.#closed) for (const batch of await this.#reader.fetch()) await this.#take(batch);
  }

  async #take({ partition, records, nextOffset }: FetchedBatch): Promise<void> {
    for (const record of records) {
      const cameraId = record.key?.toString('utf8') ?? '';
      if (record.value === null) this.#latest.delete(cameraId);
      else this.#note(cameraId, await this.#decode(record));
    }
    this.#nextOffsets.set(partition, nextOffset);
  }

  #note(cameraId: string, status: CameraStatus | undefined): void {
    if (status !== undefined) this.#latest.set(cameraId, status);
  }

  /** Undefined when it does not decode: the next status of the camera will. */
  #decode(record: LogRecord): Promise<CameraStatus | undefined> {
    return this.#cell.decode(topics.cameraStatus, record).catch((error: unknown) => {
      if (error instanceof UndecodableError) return undefined;
      throw error;
    });
  }

  get(cameraId: string): CameraStatus | undefined {
    return this.#latest.get(cameraId);
  }

  all(): readonly CameraStatus[] {
    return [...this.#latest.values()];
  }

  /** Resolves once all that was written to these partitions before the call is known here. */
  async caughtUp(partitions: readonly number[]): Promise<void> {
    const ends = await this.#cell.log.admin.listOffsets(partitions.map(this.#at), 'latest-committed');
    for (const { partition, offset } of ends)
      while (!this.#closed && (this.#nextOffsets.get(partition) ?? 0n) < offset) await sleep(LOOK_EVERY_MS);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#reader.close();
  }
}
