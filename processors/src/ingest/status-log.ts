import { type Camera, type CameraStatus, topics } from '@sightline/schemas';
import type { Follower } from '../log/index.ts';
import type { Cell } from '../process/index.ts';
import { STOPPED } from './camera-session.ts';

/** True when a file's one epoch was read to its end, and the file did not grow since. */
export const isRead = (status: CameraStatus, camera: Camera): boolean =>
  status.state === 'ended' &&
  status.epoch === camera.fileEpoch &&
  status.fileSha256 === camera.fileSha256 &&
  status.message !== STOPPED;

/** The latest status of every camera, from the topic `camera-status`: read from its start, then followed. */
export class StatusLog {
  readonly #latest = new Map<string, CameraStatus>();
  readonly #follower: Follower;

  private constructor(cell: Cell) {
    this.#follower = cell.follow(topics.cameraStatus, {
      from: 'earliest',
      handle: ({ key, value }) => this.#latest.set(key, value),
      remove: key => this.#latest.delete(key),
      onReset: ({ partition, reason }) => reason === 'recreated' && this.#forget(cell, partition),
    });
  }

  /** Resolves once all statuses written before the call have been read. */
  static async open(cell: Cell): Promise<StatusLog> {
    const log = new StatusLog(cell);
    await log.caughtUp();
    return log;
  }

  #forget(cell: Cell, partition: number): void {
    for (const cameraId of this.#latest.keys())
      if (cell.partitionOf(topics.cameraStatus, cameraId) === partition) this.#latest.delete(cameraId);
  }

  get(cameraId: string): CameraStatus | undefined {
    return this.#latest.get(cameraId);
  }

  all(): readonly CameraStatus[] {
    return [...this.#latest.values()];
  }

  /** Resolves once all statuses written before the call have been read. */
  caughtUp(): Promise<void> {
    return this.#follower.caughtUp();
  }

  close(): Promise<void> {
    return this.#follower.close();
  }
}
