import type { WebSocket } from 'ws';

/** Largest number of bytes that wait in a browser's socket. Above it, newer pictures replace older ones. */
const MAX_BUFFERED_BYTES = 512 * 1024;

/** One browser's socket. A slow browser gets the newest picture of each camera instead of a queue of old ones. */
export class PictureClient {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<string, Buffer>();
  cameraIds: ReadonlySet<string> = new Set();
  /** Pictures that a newer one replaced before they were sent. */
  replaced = 0;

  constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  picture(cameraId: string, message: Buffer): void {
    if (this.#waiting.has(cameraId)) this.replaced++;
    this.#waiting.set(cameraId, message);
    this.#flush();
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
