import { type CameraStatus, topics } from '@sightline/schemas';
import type { Cell } from '../process/index.ts';
import { type CapturePosition, later, notAhead, positionOfStatus } from './capture-position.ts';
import { lastFrames } from './frames-tail.ts';
import type { StatusLog } from './status-log.ts';

/** The last records of cameras, whichever process wrote them. */
export class Takeover {
  readonly #cell: Cell;
  readonly #statuses: StatusLog;
  /** Last records of cameras that ran here, or that ran elsewhere and were found in the log. */
  readonly #found = new Map<string, CapturePosition>();

  constructor(cell: Cell, statuses: StatusLog) {
    this.#cell = cell;
    this.#statuses = statuses;
  }

  /**
   * Reads the last records of the cameras of these partitions of `frames`, after their last owner stopped. Their
   * statuses may lie in any partitions, since `camera-status` may have another number of them.
   */
  async learn(partitions: readonly number[]): Promise<void> {
    await this.#statuses.caughtUp();
    for (const partition of partitions) await this.#learnPartition(partition);
  }

  async #learnPartition(partition: number): Promise<void> {
    const own = this.#statuses
      .all()
      .filter(
        ({ cameraId, fileName }) => fileName === null && this.#cell.partitionOf(topics.frames, cameraId) === partition,
      );
    const running = own.filter(({ state }) => state !== 'ended');
    if (running.length === 0) return;
    const sinceMs = Math.min(...running.map(({ atMs }: CameraStatus) => atMs));
    const told = new Map(own.map(status => [status.cameraId, positionOfStatus(status)]));
    for (const [cameraId, position] of await lastFrames(this.#cell, partition, sinceMs, told))
      this.#found.set(cameraId, position);
  }

  /** A camera stopped here, at this record. */
  note(cameraId: string, position: CapturePosition): void {
    this.#found.set(cameraId, position);
  }

  /** Another process has the camera now: the record known here becomes outdated. */
  forget(cameraId: string): void {
    this.#found.delete(cameraId);
  }

  /** `nowMs`: the machine's clock; see `notAhead`. */
  positionOf(cameraId: string, nowMs: number): CapturePosition | undefined {
    const status = this.#statuses.get(cameraId);
    const known = [this.#found.get(cameraId), status && positionOfStatus(status)].filter(one => one !== undefined);
    const [found, other] = known.map(position => notAhead(position, nowMs));
    return found === undefined || other === undefined ? found : later(found, other);
  }
}
