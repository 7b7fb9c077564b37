import type { Follower } from '@sightline/processors/log';
import type { Cell } from '@sightline/processors/process';
import { type CameraStatus, topics } from '@sightline/schemas';

type Listener = (status: CameraStatus) => void;

/** The latest status of each camera's source, as ingest reported it. Reads a compacted topic from its start. */
export class CameraStatuses {
  readonly #statuses = new Map<string, CameraStatus>();
  readonly #listeners = new Set<Listener>();
  #follower: Follower | undefined;

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

  /** Follows the topic. Resolves when all present records are read; new ones are read in the background. */
  async follow(cell: Cell): Promise<void> {
    this.#follower = cell.follow(topics.cameraStatus, {
      from: 'earliest',
      handle: ({ value }) => {
        this.#statuses.set(value.cameraId, value);
        for (const listener of this.#listeners) listener(value);
      },
      remove: cameraId => this.#statuses.delete(cameraId),
      onReset: ({ partition, reason }) => reason === 'recreated' && this.#forget(cell, partition),
    });
    await this.#follower.caughtUp();
  }

  #forget(cell: Cell, partition: number): void {
    for (const cameraId of this.#statuses.keys())
      if (cell.partitionOf(topics.cameraStatus, cameraId) === partition) this.#statuses.delete(cameraId);
  }

  async close(): Promise<void> {
    await this.#follower?.close();
  }
}
