import type { CameraRun } from '@sightline/schemas';
import { minutes } from '@sightline/schemas/duration';

/** A camera whose records are all duplicates is reported after this time. */
const SAID_AFTER_MS = minutes(1);

interface Duplicates {
  /** Times at which the log stored the first and the last record in a row that was a duplicate. */
  readonly sinceMs: number;
  readonly lastMs: number;
  readonly epoch: number;
  readonly sequence: number;
}

/**
 * Cameras of which nothing is judged, because all their records are at or below the last one taken. A record of another
 * author with a later epoch does that. Times are the log's; nothing is decided by this.
 */
export class Silenced {
  readonly #byCamera = new Map<string, Duplicates>();
  /** Time at which the log stored the newest record of any camera. */
  #newestMs = 0;

  /** A record was at or below the last one taken, which is that of `run`. */
  duplicate({ cameraId, epoch, sequence }: CameraRun, writtenAtMs: number): void {
    this.#newestMs = Math.max(this.#newestMs, writtenAtMs);
    const sinceMs = this.#byCamera.get(cameraId)?.sinceMs ?? writtenAtMs;
    this.#byCamera.set(cameraId, { sinceMs, lastMs: writtenAtMs, epoch, sequence });
  }

  /** A record of the camera was taken. */
  taken(cameraId: string, writtenAtMs: number): void {
    this.#newestMs = Math.max(this.#newestMs, writtenAtMs);
    this.#byCamera.delete(cameraId);
  }

  /** The camera is no longer judged here. */
  forget(cameraId: string): void {
    this.#byCamera.delete(cameraId);
  }

  /** One sentence, with what to do, for each camera whose records were all duplicates for a minute, and still come. */
  get sentences(): readonly string[] {
    return [...this.#byCamera]
      .filter(([, { sinceMs, lastMs }]) => lastMs - sinceMs > SAID_AFTER_MS && lastMs >= this.#newestMs - SAID_AFTER_MS)
      .map(([cameraId, duplicates]) => sentence(cameraId, duplicates));
  }
}

function sentence(cameraId: string, { sinceMs, lastMs, epoch, sequence }: Duplicates): string {
  const until =
    epoch > lastMs
      ? `It is judged again from ${new Date(epoch).toISOString()} on, or at once when it is added again as a new camera`
      : 'It is judged again once it connects again: stop it and start it';
  return (
    `nothing of camera ${cameraId} is judged: since ${new Date(sinceMs).toISOString()} its records are not above epoch ` +
    `${epoch}, sequence ${sequence}, which a record of detections has set. Unless inference was set back, another ` +
    `process wrote that record: take the right to write to detections from it. ${until}`
  );
}
