import {
  AV_NOPTS_VALUE,
  AVERROR_EAGAIN,
  AVERROR_EOF,
  AVSEEK_FLAG_BACKWARD,
  FFmpegError,
  type FormatContext,
  type Frame,
  Packet,
  type Rational,
} from 'node-av';
import { FrameDecoder } from './frame-decoder.ts';
import { type OpenVideo, openVideo, UnsupportedVideoError } from './open-video.ts';

/** Duration of a frame of a stream that does not tell it. */
const FRAME_MS = 40;
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

/** A recording with its decoder, one thread. */
export class VideoInput {
  readonly #format: FormatContext;
  readonly #streamIndex: number;
  readonly #msPerTick: number;
  /** Shape of a pixel according to the container, which players believe before the codec's. */
  readonly #pixelShape: Rational | undefined;
  readonly decoder: FrameDecoder;
  /** Duration of a frame according to the stream, in ms. */
  readonly frameMs: number;
  #readsInHole = 0;
  #stepMs: number | undefined;
  #sought = false;
  /** The last gap in the times of a recording, in ms; it was closed. 0: none since it was last set to 0. */
  gapMs = 0;
  readonly #packet = new Packet();
  #draining = false;
  #frames = 0;
  #originTicks: bigint | undefined;
  #offsetMs = 0;
  #lastMs = 0;

  private constructor({ format, decoder, streamIndex }: OpenVideo, playId: number) {
    this.#format = format;
    this.#streamIndex = streamIndex;
    this.decoder = new FrameDecoder(decoder, playId);
    const stream = format.streams[streamIndex];
    const base = stream?.timeBase;
    const rate = stream?.avgFrameRate;
    this.#pixelShape = stream?.sampleAspectRatio;
    this.#msPerTick = base ? (base.num / base.den) * 1_000 : 1;
    this.frameMs = rate && rate.num > 0 ? (rate.den / rate.num) * 1_000 : FRAME_MS;
    this.#packet.alloc();
  }

  /** `playId` names the source to the step watch. */
  static async open(
    url: string,
    options: { readonly playId: number; readonly signal: AbortSignal },
  ): Promise<VideoInput> {
    return new VideoInput(await openVideo(url, options.signal), options.playId);
  }

  /** Number of frames so far. */
  get frames(): number {
    return this.#frames;
  }

  /** The next frame in order of presentation; undefined at the end. Throws FFmpegError when the source breaks. */
  async next(): Promise<DecodedFrame | undefined> {
    for (;;) {
      const received = this.decoder.receive();
      if (received === 'frame') {
        const { frame } = this.decoder;
        if (this.#pixelShape !== undefined && this.#pixelShape.num > 0) frame.sampleAspectRatio = this.#pixelShape;
        return { frame, mediaTimeMs: this.#mediaTime(), frameNumber: this.#frames++ };
      }
      if (received === 'end') return undefined;
      if (this.#draining && received === 'refused') continue;
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
    this.decoder.flush();
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
      const code = await this.#format.readFrame(this.#packet);
      if (code === AVERROR_EOF) {
        this.#draining = true;
        this.decoder.send(null);
        return;
      }
      if (code === AVERROR_EAGAIN) {
        if (++this.#readsInHole > HOLE_READS) throw new UnsupportedVideoError('a hole of more than 256 MB is in it');
        continue;
      }
      FFmpegError.throwIfError(code, 'read');
      this.#readsInHole = 0;
      const ours = this.#packet.streamIndex === this.#streamIndex;
      if (ours) this.decoder.send(this.#packet);
      this.#packet.unref();
      if (ours) return;
    }
  }

  /** Time since the first frame. When the recording's clock restarts, time continues from the frame before. */
  #mediaTime(): number {
    const ticks = this.decoder.frame.bestEffortTimestamp;
    if (ticks === AV_NOPTS_VALUE) return this.#advance(this.#frames === 0 ? 0 : this.#lastMs + this.frameMs);
    this.#originTicks ??= ticks;
    const sinceFirstMs = Number(ticks - this.#originTicks) * this.#msPerTick;
    const jumpMs = sinceFirstMs + this.#offsetMs - this.#lastMs;
    const isGap = !this.#sought && jumpMs > GAP_MS;
    this.#sought = false;
    if (isGap) {
      this.gapMs = jumpMs;
      this.#offsetMs = this.#lastMs + (this.#stepMs ?? FRAME_MS) - sinceFirstMs;
    } else if (jumpMs < 0) this.#offsetMs = this.#lastMs + this.frameMs - sinceFirstMs;
    else if (this.#frames > 0) this.#stepMs = jumpMs;
    return this.#advance(sinceFirstMs + this.#offsetMs);
  }

  #advance(mediaTimeMs: number): number {
    this.#lastMs = mediaTimeMs;
    return mediaTimeMs;
  }

  /** Makes a blocked read return. */
  interrupt(): void {
    this.#format.interrupt();
  }

  async close(): Promise<void> {
    this.#packet.free();
    this.decoder.close();
    await this.#format.closeInput();
  }
}
