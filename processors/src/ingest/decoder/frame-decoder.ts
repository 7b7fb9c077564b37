import {
  AVERROR_EAGAIN,
  AVERROR_EINVAL,
  AVERROR_EOF,
  type CodecContext,
  FFmpegError,
  Frame,
  type Packet,
} from 'node-av';
import { TOO_LARGE, UnsupportedVideoError } from './open-video.ts';
import { runStep } from './running-step.ts';

/** Some damage on the way is refused with EINVAL, too, but not so often in a row. */
const INVALID_IN_A_ROW = 3;

/** `more`: it needs another packet. `refused`: something was damaged, and it can go on. */
export type Received = 'frame' | 'more' | 'refused' | 'end';

/** A video decoder on one thread, with its cost. */
export class FrameDecoder {
  readonly #codec: CodecContext;
  readonly #playId: number;
  #invalidInARow = 0;
  /** Valid from a `receive` that returned `frame` until the next call. */
  readonly frame = new Frame();
  /** Time spent in the decoder since it was last set to 0, in ms. */
  decodeMs = 0;
  /** The longest step in the decoder, in ms of processor time. */
  longestStepMs = 0;
  /** Packets that it refused, and frames that it marked as damaged. */
  damaged = 0;

  /** `playId` names the source to the step watch. */
  constructor(codec: CodecContext, playId: number) {
    this.#codec = codec;
    this.#playId = playId;
    this.frame.alloc();
  }

  /** Gives it a packet, or null for the end. False: it was refused. Throws when many in a row are invalid. */
  send(packet: Packet | null): boolean {
    const code = this.#step(() => this.#codec.sendPacketSync(packet));
    if (code < 0 && packet !== null) this.#refused(code);
    return code >= 0;
  }

  /** Throws when many packets in a row were invalid. */
  receive(): Received {
    this.frame.unref();
    const code = this.#step(() => this.#codec.receiveFrameSync(this.frame));
    if (code === AVERROR_EOF) return 'end';
    if (code === AVERROR_EAGAIN) return 'more';
    if (code < 0) {
      this.#refused(code);
      return 'refused';
    }
    this.#invalidInARow = 0;
    if (this.frame.decodeErrorFlags !== 0) this.damaged++;
    return 'frame';
  }

  /** Forgets all packets, so that decoding can begin at a key frame. */
  flush(): void {
    this.#codec.flushBuffers();
  }

  /** Measures a step, which holds the whole process. Processor time is the source's own. */
  #step(decode: () => number): number {
    const startedMs = performance.now();
    const { user, system } = process.threadCpuUsage();
    const code = runStep(this.#playId, decode);
    const used = process.threadCpuUsage({ user, system });
    this.decodeMs += performance.now() - startedMs;
    this.longestStepMs = Math.max(this.longestStepMs, (used.user + used.system) / 1_000);
    return code;
  }

  #refused(code: number): void {
    this.damaged++;
    this.#invalidInARow = code === AVERROR_EINVAL ? this.#invalidInARow + 1 : 0;
    if (this.#invalidInARow < INVALID_IN_A_ROW) return;
    // The decoder forgets its size when it refuses that of a picture.
    if (this.#codec.width === 0) throw new UnsupportedVideoError(TOO_LARGE);
    throw new UnsupportedVideoError(
      `its pictures cannot be decoded (${new FFmpegError(code).message}): copy it again, or convert it to H.264`,
    );
  }

  close(): void {
    this.frame.free();
    this.#codec.freeContext();
  }
}
