import { randomBytes } from 'node:crypto';
import { setImmediate as pause, setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import {
  AV_CODEC_ID_H264,
  AV_CODEC_ID_HEVC,
  AVERROR_EAGAIN,
  AVERROR_EOF,
  FFmpegError,
  type FormatContext,
  Packet,
} from 'node-av';
import { SILENT, UnsupportedVideoError } from './open-video.ts';
import { type Arrived, type LiveSource, PacketQueue } from './packet-queue.ts';

/** A read that took this long waited for the camera. */
const WAITED_MS = 4;
const TRY_AGAIN_MS = 10;
/** FFmpeg notices most silences itself, with a better word. */
const LATE_MS = 1_000;
/** The end of a stream is told sooner after what was cut off by it. */
const END_FOLLOWS_WITHIN_MS = 2;
/** On a busy machine the thread that reads may have no turn in that time. Its turn is waited for up to this long. */
const TURN_WITHIN_MS = 50;
/** The thread may be woken after another that was asked later. */
const TURNS = 3;
const randomBytesOfThread = promisify(randomBytes);

/**
 * Reads one stream of a camera with FFmpeg. FFmpeg puts the pictures of H.264 and H.265 together until the stream ends or
 * is silent for too long, and then gives what it has of the last one as if it were whole. That is left out.
 */
export class LiveReader implements LiveSource {
  readonly #format: FormatContext;
  readonly #streamIndex: number;
  readonly #reading: Promise<void>;
  readonly packets = new PacketQueue();
  readonly #silence: NodeJS.Timeout;
  readonly #silentMs: number;
  readonly #isParsed: boolean;
  /** What came last, until it is known that the stream does not end with it. */
  #held: Arrived | undefined;
  #closed = false;

  /** Owns `format` from now on. It breaks when no packet of the stream came for `silentMs`. */
  constructor(format: FormatContext, streamIndex: number, silentMs: number) {
    this.#format = format;
    this.#streamIndex = streamIndex;
    this.#silentMs = silentMs;
    const codecId = format.streams[streamIndex]?.codecpar.codecId;
    this.#isParsed = codecId === AV_CODEC_ID_H264 || codecId === AV_CODEC_ID_HEVC;
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
      const reading = this.#format.readFrame(packet);
      if (this.#held !== undefined && (await isPending(reading))) this.#pass();
      const code = await reading;
      if (code >= 0 || code === AVERROR_EAGAIN) this.#pass();
      if (code >= 0 && packet.streamIndex === this.#streamIndex) this.#take(packet, askedMs);
      else packet.free();
      if (code === AVERROR_EOF) return;
      if (code !== AVERROR_EAGAIN) FFmpegError.throwIfError(code, 'read');
      while ((code < 0 || this.packets.isFull) && !this.#closed) {
        await sleep(TRY_AGAIN_MS);
        if (!this.packets.isFull) break;
      }
    }
  }

  #take(packet: Packet, askedMs: number): void {
    const cameMs = performance.now();
    if (this.#isParsed && cameMs - askedMs >= this.#silentMs) {
      packet.free();
      throw new DOMException('the camera was silent inside a picture', 'TimeoutError');
    }
    this.#silence.refresh();
    this.#held = { packet, cameMs, waitedFor: cameMs - askedMs >= WAITED_MS };
    if (!this.#isParsed) this.#pass();
  }

  /** The stream goes on after what is held. */
  #pass(): void {
    if (this.#held === undefined) return;
    const { packet, waitedFor, cameMs } = this.#held;
    this.#held = undefined;
    this.packets.push(packet, waitedFor, cameMs);
  }

  interrupt(): void {
    this.#format.interrupt();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#silence);
    this.interrupt();
    await this.#reading;
    this.#held?.packet.free();
    this.packets.close();
    await this.#format.closeInput();
  }
}

/** True when a read goes on, since nothing waits to be read. */
async function isPending(reading: Promise<number>): Promise<boolean> {
  const ended = reading.then(
    () => false,
    () => false,
  );
  const waits = Promise.all([sleep(END_FOLLOWS_WITHIN_MS), Promise.race([threadsHadTurns(), sleep(TURN_WITHIN_MS)])]);
  // A busy process sees its timers before what was read meanwhile.
  return await Promise.race([ended, waits.then(() => pause()).then(() => true)]);
}

/** The threads that read take their work in its order, so what was asked for before this has begun. */
async function threadsHadTurns(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await randomBytesOfThread(1);
}
