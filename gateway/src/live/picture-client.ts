import type { VideoHeader } from '@sightline/schemas';
import type { WebSocket } from 'ws';

/** Largest number of bytes that wait in a browser's socket. Above it, newer pictures replace older ones. */
const MAX_BUFFERED_BYTES = 512 * 1024;

/**
 * One browser's socket. A slow browser gets the newest picture of each camera instead of a queue of old ones, and of a
 * video nothing up to the next key frame for which there is room.
 */
export class PictureClient {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<string, Buffer>();
  /** Videos that go on at their next key frame. */
  readonly #broken = new Set<string>();
  cameraIds: ReadonlySet<string> = new Set();
  videoIds: ReadonlySet<string> = new Set();
  /** Pictures that a newer one replaced before they were sent. */
  replaced = 0;
  /** Pictures of videos that were left out. */
  videoLeftOut = 0;

  constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  picture(cameraId: string, message: Buffer): void {
    if (this.#waiting.has(cameraId)) this.replaced++;
    this.#waiting.set(cameraId, message);
    this.#flush();
  }

  video(header: VideoHeader, message: Buffer): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    const { kind, cameraId } = header;
    const isFull = this.#socket.bufferedAmount > MAX_BUFFERED_BYTES;
    if (kind === 'video' && (isFull || (this.#broken.has(cameraId) && !header.isKey))) {
      this.videoLeftOut++;
      this.#broken.add(cameraId);
      return;
    }
    if (kind === 'video') this.#broken.delete(cameraId);
    this.#socket.send(message, { binary: true });
  }

  text(message: object): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #flush(): void {
    for (const [cameraId, message] of this.#waiting) {
      if (this.#socket.bufferedAmount > MAX_BUFFERED_BYTES) return; // called again when the socket has sent its bytes
      this.#waiting.delete(cameraId);
      if (this.#socket.readyState !== this.#socket.OPEN || !this.cameraIds.has(cameraId)) continue;
      this.#socket.send(message, { binary: true }, () => this.#waiting.size > 0 && this.#flush());
    }
  }
}
