import { setTimeout as sleep } from 'node:timers/promises';
import { AVERROR_EAGAIN, AVERROR_EOF, FFmpegError, type FormatContext, Packet } from 'node-av';
import { SILENT, UnsupportedVideoError } from './open-video.ts';
import { type LiveSource, PacketQueue } from './packet-queue.ts';

/** A read that took this long waited for the camera. */
const WAITED_MS = 4;
const TRY_AGAIN_MS = 10;
/** FFmpeg notices most silences itself, with a better word. */
const LATE_MS = 1_000;

/** Reads one stream of a camera with FFmpeg. */
export class LiveReader implements LiveSource {
  readonly #format: FormatContext;
  readonly #streamIndex: number;
  readonly #reading: Promise<void>;
  readonly packets = new PacketQueue();
  readonly #silence: NodeJS.Timeout;
  #closed = false;

  /** Owns `format` from now on. It breaks when no packet of the stream came for `silentMs`. */
  constructor(format: FormatContext, streamIndex: number, silentMs: number) {
    this.#format = format;
    this.#streamIndex = streamIndex;
    this.#silence = setTimeout(() => {
      this.packets.end(new UnsupportedVideoError(SILENT));
      this.interrupt();
    }, silentMs + LATE_MS);
    this.#reading = this.#read().then(
      () => this.packets.end(),
      (error: unknown) => this.packets.end(error),
    );
  }

  async #read(): Promise<void> {
    while (!this.#closed) {
      const packet = new Packet();
      packet.alloc();
      const askedMs = performance.now();
      const code = await this.#format.readFrame(packet);
      const isOurs = code >= 0 && packet.streamIndex === this.#streamIndex;
      if (isOurs) {
        this.#silence.refresh();
        this.packets.push(packet, performance.now() - askedMs >= WAITED_MS);
      } else packet.free();
      if (code === AVERROR_EOF) return;
      if (code !== AVERROR_EAGAIN) FFmpegError.throwIfError(code, 'read');
      while ((code < 0 || this.packets.isFull) && !this.#closed) {
        await sleep(TRY_AGAIN_MS);
        if (!this.packets.isFull) break;
      }
    }
  }

  interrupt(): void {
    this.#format.interrupt();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#silence);
    this.interrupt();
    await this.#reading;
    this.packets.close();
    await this.#format.closeInput();
  }
}
