import {
  AV_NOPTS_VALUE,
  AVERROR_EAGAIN,
  AVERROR_EINVAL,
  AVERROR_EOF,
  AVSEEK_FLAG_BACKWARD,
  type CodecContext,
  FFmpegError,
  type FormatContext,
  Frame,
  Packet,
} from 'node-av';
import { isNetwork } from './open-options.ts';
import { type OpenVideo, openVideo, TOO_LARGE, UnsupportedVideoError } from './open-video.ts';
import { runStep } from './running-step.ts';

/** Formats without presentation times: a frame's time is its arrival. */
const UNTIMED_FORMATS: ReadonlySet<string> = new Set(['mpjpeg', 'mjpeg']);
/** Some damage on the way is refused with EINVAL, too, but not so often in a row. */
const INVALID_IN_A_ROW = 3;
/** Duration of a frame of a stream that does not tell it. */
const FRAME_MS = 40;
/** A larger jump of presentation time in a live stream is a new clock, not a pause. */
const JUMP_MS = 10_000;
/** A larger jump in a recording is a gap that nobody waits for. */
const GAP_MS = 60_000;
/** FFmpeg looks for the next packet of an MPEG-TS in pieces of 64 KB; a hole of 256 MB ends the recording. */
const HOLE_READS = 4_096;
/** Records have whole milliseconds, so a frame's time is matched within this; frames are further apart. */
const SAME_FRAME_MS = 2;

export interface DecodedFrame {
  /** Valid until the next call of `next`. */
  readonly frame: Frame;
  /** Presentation time since the first frame, in ms; never goes back. */
  readonly mediaTimeMs: number;
  /** From 0, in order of presentation. */
  readonly frameNumber: number;
}

/** A demuxer and a video decoder on FFmpeg's low-level interface, one thread. */
export class VideoInput {
  readonly #format: FormatContext;
  readonly #decoder: CodecContext;
  readonly #streamIndex: number;
  readonly #playId: number;
  readonly #msPerTick: number;
  /** Duration of a frame according to the stream, in ms. */
  readonly frameMs: number;
  readonly #live: boolean;
  readonly #untimed: boolean;
  #firstCameAtMs: number | undefined;
  #readsInHole = 0;
  #stepMs: number | undefined;
  #sought = false;
  /** The last gap in the times of a recording, in ms; it was closed. 0: none since it was last set to 0. */
  gapMs = 0;
  readonly #packet = new Packet();
  readonly #frame = new Frame();
  #draining = false;
  #frames = 0;
  #originTicks: bigint | undefined;
  #offsetMs = 0;
  #lastMs = 0;
  /** Time spent in the decoder since it was last set to 0, in ms. */
  decodeMs = 0;
  /** The longest step in the decoder, in ms of processor time. */
  longestStepMs = 0;
  #skipping = false;
  #invalidInARow = 0;
  /** How long the last read waited for the source, in ms; almost 0 while there is a backlog. */
  waitedMs = 0;
  /** Packets that the decoder refused, and frames that it marked as damaged. */
  damaged = 0;

  private constructor({ format, decoder, streamIndex }: OpenVideo, playId: number, live: boolean) {
    this.#format = format;
    this.#decoder = decoder;
    this.#streamIndex = streamIndex;
    this.#playId = playId;
    this.#live = live;
    this.#untimed = live && UNTIMED_FORMATS.has(format.iformat?.name ?? '');
    const stream = format.streams[streamIndex];
    const base = stream?.timeBase;
    const rate = stream?.avgFrameRate;
    this.#msPerTick = base ? (base.num / base.den) * 1_000 : 1;
    this.frameMs = rate && rate.num > 0 ? (rate.den / rate.num) * 1_000 : FRAME_MS;
    this.#packet.alloc();
    this.#frame.alloc();
  }

  /**
   * `sparse`: frames that no other frame refers to are not decoded; for low sampling rates of live streams. `playId`
   * names the source to the step watch.
   */
  static async open(
    url: string,
    options: { readonly playId: number; readonly sparse: boolean; readonly signal: AbortSignal },
  ): Promise<VideoInput> {
    return new VideoInput(await openVideo(url, options.sparse, options.signal), options.playId, isNetwork(url));
  }

  /** Number of frames so far. */
  get frames(): number {
    return this.#frames;
  }

  /** The next frame in order of presentation; undefined at the end. Throws FFmpegError when the source breaks. */
  async next(): Promise<DecodedFrame | undefined> {
    for (;;) {
      this.#frame.unref();
      const code = this.#step(() => this.#decoder.receiveFrameSync(this.#frame));
      if (code >= 0) return this.#decoded();
      if (code === AVERROR_EOF) return undefined;
      if (code !== AVERROR_EAGAIN) this.#refused(code);
      if (this.#draining && code !== AVERROR_EAGAIN) continue;
      await this.#feed();
    }
  }

  /**
   * Finds the frame at `mediaTimeMs`, which must have this number, from the key frame before it; `next` gives the
   * following frame. undefined when it was not found: open the file again.
   */
  async find(frameNumber: number, mediaTimeMs: number): Promise<DecodedFrame | undefined> {
    if ((await this.next()) === undefined || this.#originTicks === undefined) return undefined;
    const target = this.#originTicks + BigInt(Math.round(mediaTimeMs / this.#msPerTick));
    if ((await this.#format.seekFrame(this.#streamIndex, target, AVSEEK_FLAG_BACKWARD)) < 0) return undefined;
    this.#decoder.flushBuffers();
    this.#draining = false;
    this.#lastMs = 0;
    this.#sought = true; // the first frame's time has no step before it
    for (;;) {
      const found = await this.next();
      if (found === undefined || found.mediaTimeMs > mediaTimeMs + SAME_FRAME_MS) return undefined;
      if (found.mediaTimeMs < mediaTimeMs - SAME_FRAME_MS) continue;
      this.#frames = frameNumber + 1;
      return { ...found, frameNumber };
    }
  }

  async #feed(): Promise<void> {
    for (;;) {
      const askedMs = performance.now();
      const code = await this.#format.readFrame(this.#packet);
      this.waitedMs = performance.now() - askedMs;
      if (code === AVERROR_EOF) {
        this.#draining = true;
        this.#decoder.sendPacketSync(null);
        return;
      }
      if (code === AVERROR_EAGAIN && !this.#live) {
        if (++this.#readsInHole > HOLE_READS) throw new UnsupportedVideoError('a hole of more than 256 MB is in it');
        continue;
      }
      FFmpegError.throwIfError(code, 'read');
      this.#readsInHole = 0;
      const ours = this.#packet.streamIndex === this.#streamIndex;
      if (ours && this.#skipping && this.#packet.isKeyframe) this.#skipping = false;
      if (ours && this.#skipping) {
        this.#packet.unref();
        continue;
      }
      const sent = ours ? this.#step(() => this.#decoder.sendPacketSync(this.#packet)) : 0;
      if (sent < 0) this.#refused(sent);
      this.#packet.unref();
      if (ours) return;
    }
  }

  /** Measures a step in the decoder, which holds the whole process. Processor time is the source's own. */
  #step(decode: () => number): number {
    const startedMs = performance.now();
    const { user, system } = process.threadCpuUsage();
    const code = runStep(this.#playId, decode);
    const used = process.threadCpuUsage({ user, system });
    this.decodeMs += performance.now() - startedMs;
    this.longestStepMs = Math.max(this.longestStepMs, (used.user + used.system) / 1_000);
    return code;
  }

  /** Counts a refused packet. Throws when many in a row were invalid. */
  #refused(code: number): void {
    this.damaged++;
    this.#invalidInARow = code === AVERROR_EINVAL ? this.#invalidInARow + 1 : 0;
    if (this.#invalidInARow < INVALID_IN_A_ROW) return;
    // The decoder forgets its size when it refuses that of a picture.
    if (this.#decoder.width === 0) throw new UnsupportedVideoError(TOO_LARGE);
    throw new UnsupportedVideoError(`cannot be decoded: ${new FFmpegError(code).message}`);
  }

  #decoded(): DecodedFrame {
    this.#invalidInARow = 0;
    if (this.#frame.decodeErrorFlags !== 0) this.damaged++;
    return { frame: this.#frame, mediaTimeMs: this.#mediaTime(), frameNumber: this.#frames++ };
  }

  /** Time since the first frame. When the source's clock restarts, time continues from the frame before. */
  #mediaTime(): number {
    if (this.#untimed) return this.#advance(this.#sinceFirstCame());
    const ticks = this.#frame.bestEffortTimestamp;
    if (ticks === AV_NOPTS_VALUE) return this.#advance(this.#frames === 0 ? 0 : this.#lastMs + this.frameMs);
    this.#originTicks ??= ticks;
    const sinceFirstMs = Number(ticks - this.#originTicks) * this.#msPerTick;
    const jumpMs = sinceFirstMs + this.#offsetMs - this.#lastMs;
    const isGap = !this.#live && !this.#sought && jumpMs > GAP_MS;
    this.#sought = false;
    if (isGap) {
      this.gapMs = jumpMs;
      this.#offsetMs = this.#lastMs + (this.#stepMs ?? FRAME_MS) - sinceFirstMs;
    } else if (jumpMs < 0 || (this.#live && jumpMs > JUMP_MS))
      this.#offsetMs = this.#lastMs + this.frameMs - sinceFirstMs;
    else if (this.#frames > 0) this.#stepMs = jumpMs;
    return this.#advance(sinceFirstMs + this.#offsetMs);
  }

  #sinceFirstCame(): number {
    const nowMs = performance.now();
    this.#firstCameAtMs ??= nowMs;
    return nowMs - this.#firstCameAtMs;
  }

  #advance(mediaTimeMs: number): number {
    this.#lastMs = mediaTimeMs;
    return mediaTimeMs;
  }

  /** Skips everything up to the next key frame without decoding it. */
  skipToKeyFrame(): void {
    this.#skipping = true;
  }

  /** Makes a blocked read return. */
  interrupt(): void {
    this.#format.interrupt();
  }

  async close(): Promise<void> {
    this.#frame.free();
    this.#packet.free();
    this.#decoder.freeContext();
    await this.#format.closeInput();
  }
}
