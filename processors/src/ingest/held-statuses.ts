import type { CameraStatus } from '@sightline/schemas';

/**
 * Statuses on their way to the log. While it is congested only the newest of each camera waits here, so hours without
 * a broker queue no more than one for each. null removes a status.
 */
export class HeldStatuses {
  readonly #send: (cameraId: string, status: CameraStatus | null) => void;
  readonly #held = new Map<string, CameraStatus | null>();

  constructor(send: (cameraId: string, status: CameraStatus | null) => void) {
    this.#send = send;
  }

  put(cameraId: string, status: CameraStatus | null, congested: boolean): void {
    if (congested) this.#held.set(cameraId, status);
    else this.#send(cameraId, status);
  }

  /** Sends what waits. */
  release(): void {
    const held = [...this.#held];
    this.#held.clear();
    for (const [cameraId, status] of held) this.#send(cameraId, status);
  }
}
