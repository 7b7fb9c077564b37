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
import { FileTimes, TRUE_UP_TO_MS } from './file-times.ts';
import { FrameDecoder } from './frame-decoder.ts';
import { describedBy, type OpenVideo, openVideo, UnsupportedVideoError } from './open-video.ts';
import type { Gap } from './protocol.ts';
import type { VideoRemux } from './video-remux.ts';

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

export interface VideoOptions {
  /** Names the source to the step watch. */
  readonly playId: number;
  /** Ends the attempt to open it. */
  readonly signal: AbortSignal;
  /** Called when all of the file was read, before the decoder gives its last frames. */
  atEnd?(): Promise<void>;
}

/** A recording with its decoder, one thread. */
export class VideoInput {
  readonly #format: FormatContext;
  readonly #streamIndex: number;
  readonly #msPerTick: number;
  /** Shape of a pixel according to the container, which players believe before the codec's. */
  readonly #pixelShape: Rational | undefined;
  readonly decoder: FrameDecoder;
  /** Duration of a frame according to the stream, in ms; undefined: it does not tell. */
  readonly frameMs: number | undefined;
  readonly #times: FileTimes;
  readonly #atEnd: VideoOptions['atEnd'];
  #readsInHole = 0;
  readonly #packet = new Packet();
  #draining = false;
  #video: VideoRemux | undefined;
  #frames = 0;
  #originTicks: bigint | undefined;

  private constructor({ format, decoder, streamIndex }: OpenVideo, { playId, atEnd }: VideoOptions) {
    this.#atEnd = atEnd;
    this.#format = format;
    this.#streamIndex = streamIndex;
    this.decoder = new FrameDecoder(decoder, playId);
    const stream = format.streams[streamIndex];
    const base = stream?.timeBase;
    const rate = stream?.avgFrameRate;
    this.#pixelShape = stream?.sampleAspectRatio;
    this.#msPerTick = base ? (base.num / base.den) * 1_000 : 1;
    this.frameMs = rate && rate.num > 0 ? (rate.den / rate.num) * 1_000 : undefined;
    this.#times = new FileTimes(this.frameMs);
    this.#packet.alloc();
  }

  static async open(url: string, options: VideoOptions): Promise<VideoInput> {
    return new VideoInput(await openVideo(url, options.signal), options);
  }

  /** From here on its packets are shown as video, too. */
  showIn(video: VideoRemux): void {
    this.#video = video;
    const { codecpar } = this.#format.streams[this.#streamIndex] ?? {};
    if (codecpar === undefined) return;
    video.open({ ...describedBy(codecpar), msPerTick: this.#msPerTick, isLive: false });
  }

  /** The gap in the recording's times before the last frame; undefined: none. */
  get gap(): Gap | undefined {
    return this.#times.gap;
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
    if (mediaTimeMs > TRUE_UP_TO_MS) return undefined;
    if ((await this.next()) === undefined || this.#originTicks === undefined) return undefined;
    const target = this.#originTicks + BigInt(Math.round(mediaTimeMs / this.#msPerTick));
    if ((await this.#format.seekFrame(this.#streamIndex, target, AVSEEK_FLAG_BACKWARD)) < 0) return undefined;
    this.decoder.flush();
    this.#draining = false;
    this.#times.sought();
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
        await this.#atEnd?.();
        this.#draining = true;
        this.decoder.send(null);
        return;
      }
      if (code === AVERROR_EAGAIN) {
        if (++this.#readsInHole > HOLE_READS)
          throw new UnsupportedVideoError('a hole of more than 256 MB is in it: copy it again');
        continue;
      }
      FFmpegError.throwIfError(code, 'read');
      this.#readsInHole = 0;
      const ours = this.#packet.streamIndex === this.#streamIndex;
      if (ours) this.#video?.take(this.#packet, performance.now());
      if (ours) this.decoder.send(this.#packet);
      this.#packet.unref();
      if (ours) return;
    }
  }

  #mediaTime(): number {
    const ticks = this.decoder.frame.bestEffortTimestamp;
    if (ticks === AV_NOPTS_VALUE) return this.#times.next(undefined);
    this.#originTicks ??= ticks;
    return this.#times.next(Number(ticks - this.#originTicks) * this.#msPerTick);
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
