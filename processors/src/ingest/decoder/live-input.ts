import {
  AV_CODEC_ID_H264,
  AV_CODEC_ID_MJPEG,
  AV_FRAME_FLAG_CORRUPT,
  AV_NOPTS_VALUE,
  AV_PKT_FLAG_CORRUPT,
  avGetCodecName,
} from 'node-av';
import { FrameDecoder } from './frame-decoder.ts';
import { H264Headers } from './h264-headers.ts';
import { HttpPictures } from './http-pictures.ts';
import { KeyFrameRhythm } from './key-frame-rhythm.ts';
import { LiveReader } from './live-reader.ts';
import { LiveTimes } from './live-times.ts';
import { isHttp } from './open-options.ts';
import { describedBy, newDecoder, openCamera } from './open-video.ts';
import type { Arrived, LiveSource } from './packet-queue.ts';
import type { MeasuredStream } from './protocol.ts';
import { ReferenceRate } from './reference-rate.ts';
import { StreamMeter } from './stream-meter.ts';
import type { DecodedFrame } from './video-input.ts';
import type { VideoRemux } from './video-remux.ts';

/** A packet this old is passed over when a newer key frame waits, and after the second limit in any case. */
const FAR_BEHIND_MS = 1_500;
const TOO_FAR_BEHIND_MS = 3_000;
/** A stream that marks no key frames is decoded after this time all the same; FFmpeg then judges what is whole. */
const KEY_FRAME_WITHIN_MS = 15_000;
/** Waiting longer than this for a key frame is said. */
const KEY_FRAME_SAID_MS = 4_000;

const NO_KEY_FRAME = 'the camera sends key frames too rarely to start with: set its key frame interval to 1 to 4 s';
/** A decoder that shows no frame for more packets refuses them without a word: what they refer to was lost. */
const REORDERED_AT_MOST = 16;
/** So many losses in this time are said. */
const LOSSES_SAID = 3;
const LOSSES_WITHIN_MS = 60_000;
const DAMAGED = 'its pictures arrive damaged, and are left out: use a better network or a lower bitrate';
const LOSSES =
  'its pictures arrive damaged, and are left out up to the next key frame: use a better network or a lower bitrate, and a key frame interval of 1 to 4 s';

/** What was passed over before a frame. */
export type Loss = 'damaged' | 'decoder-behind';

export interface LiveFrame extends DecodedFrame {
  /** When its last packet came, by `performance.now`. */
  readonly cameMs: number;
  /** False: it was buffered while the stream was opened. */
  readonly isFresh: boolean;
  readonly loss: Loss | undefined;
}

interface LiveOptions {
  readonly playId: number;
  readonly maxFps: number;
  readonly silentMs: number;
  /** Takes the whole packets. */
  readonly video: VideoRemux;
  readonly signal: AbortSignal;
}

interface LiveParts {
  readonly source: LiveSource;
  readonly decoder: FrameDecoder;
  /** undefined: its frames have no times, and are given those of their arrival. */
  readonly msPerTick: number | undefined;
  /** undefined: it is not H.264. */
  readonly headers: H264Headers | undefined;
  readonly codec: string;
}

/**
 * A live source with its decoder. It gives whole pictures only: where a packet is lost or damaged, nothing until the next
 * key frame.
 */
export class LiveInput {
  readonly #source: LiveSource;
  readonly #decoder: FrameDecoder;
  readonly #msPerTick: number | undefined;
  readonly #headers: H264Headers | undefined;
  readonly #codec: string;
  readonly #video: VideoRemux;
  readonly #meter = new StreamMeter(performance.now());
  #size = { widthPx: 0, heightPx: 0 };
  readonly #references: ReferenceRate;
  readonly #rhythm = new KeyFrameRhythm();
  readonly #times = new LiveTimes();
  /** Since when a key frame is waited for; undefined: decoding goes on. */
  #keyFrameSinceMs: number | undefined;
  /** Packets that came since then. */
  #passedOver = 0;
  /** Frames before this time refer to what was passed over. */
  #wholeFromTicks = AV_NOPTS_VALUE;
  #cameMs = 0;
  #isFresh = false;
  #loss: Loss | undefined;
  /** Packets that were decoded since the last frame. */
  #unshown = 0;
  /** When the last losses were. */
  #lostAtMs: readonly number[] = [];
  /** The key frame to go on at, once the decoder is empty. */
  #held: Arrived | undefined;
  #ending = false;
  /** Number of frames so far. */
  frames = 0;

  private constructor({ source, decoder, msPerTick, headers, codec }: LiveParts, { maxFps, video }: LiveOptions) {
    this.#video = video;
    this.#source = source;
    this.#decoder = decoder;
    this.#msPerTick = msPerTick;
    this.#headers = headers;
    this.#codec = codec;
    this.#references = new ReferenceRate(maxFps);
    this.#keyFrameSinceMs = performance.now();
  }

  /**
   * `playId` names the source to the step watch. Pictures are wanted `maxFps` times a second at most. It breaks when the
   * camera sends nothing for `silentMs`.
   */
  static async open(url: string, options: LiveOptions): Promise<LiveInput> {
    const { playId, silentMs, video, signal } = options;
    const pictures = isHttp(url) ? await HttpPictures.open(url, options) : undefined;
    if (pictures !== undefined) {
      const decoder = new FrameDecoder(await newDecoder(AV_CODEC_ID_MJPEG), playId);
      const parts = { source: pictures, decoder, msPerTick: undefined, headers: undefined, codec: 'mjpeg' };
      video.open(undefined);
      return new LiveInput(parts, options);
    }
    const { format, decoder, streamIndex } = await openCamera({ url, silentMs }, signal);
    const { timeBase, codecpar } = format.streams[streamIndex] ?? {};
    const parts = {
      source: new LiveReader(format, streamIndex, silentMs),
      decoder: new FrameDecoder(decoder, playId),
      msPerTick: timeBase && (timeBase.num / timeBase.den) * 1_000,
      headers: codecpar?.codecId === AV_CODEC_ID_H264 ? new H264Headers(codecpar.extradata) : undefined,
      codec: (codecpar && avGetCodecName(codecpar.codecId)) ?? 'unknown',
    };
    const { msPerTick } = parts;
    const isTimed = codecpar !== undefined && msPerTick !== undefined;
    video.open(isTimed ? { ...describedBy(codecpar), msPerTick, isLive: true } : undefined);
    return new LiveInput(parts, options);
  }

  get decoder(): FrameDecoder {
    return this.#decoder;
  }

  /** What is wrong with the stream, for a person; null when nothing is. */
  get trouble(): string | null {
    const nowMs = performance.now();
    const waitsMs = this.#keyFrameSinceMs === undefined ? 0 : nowMs - this.#keyFrameSinceMs;
    const losses = this.#lostAtMs.filter(atMs => nowMs - atMs < LOSSES_WITHIN_MS).length;
    const lost = this.#codec === 'mjpeg' ? DAMAGED : LOSSES; // each JPEG stands for itself
    if (losses >= LOSSES_SAID || this.#unshown > REORDERED_AT_MOST) return lost;
    if (waitsMs > KEY_FRAME_SAID_MS && this.#passedOver > 0) return losses > 0 ? lost : NO_KEY_FRAME;
    return this.#msPerTick === undefined ? null : this.#times.trouble(nowMs);
  }

  /** What came since the last call; undefined before the first picture. */
  takeStream(): MeasuredStream | undefined {
    if (this.#size.widthPx === 0) return undefined;
    const measured = this.#meter.take(this.#source.packets.came, performance.now());
    const clockRate = this.#msPerTick === undefined ? null : (this.#times.rate ?? null);
    return { codec: this.#codec, ...this.#size, ...measured, clockRate };
  }

  /** The next whole frame in order of presentation; undefined at the end. Throws when the source breaks. */
  async next(): Promise<LiveFrame | undefined> {
    for (;;) {
      const received = this.#decoder.receive();
      const frame = received === 'frame' ? this.#shown() : undefined;
      if (frame !== undefined) return frame;
      if (received === 'end' && this.#ending) return undefined;
      if (received === 'end') this.#decoder.flush();
      if (received === 'refused') this.#lose('damaged');
      if (received === 'more' || received === 'refused') await this.#feed();
    }
  }

  async #feed(): Promise<void> {
    if (this.#ending) return;
    const arrived = this.#held ?? (await this.#source.packets.take());
    this.#held = undefined;
    if (arrived === undefined) {
      this.#ending = true;
      this.#decoder.send(null);
      return;
    }
    const { packet, cameMs, waitedFor } = arrived;
    this.#isFresh ||= waitedFor;
    const ageMs = performance.now() - cameMs;
    if (ageMs > FAR_BEHIND_MS && (this.#source.packets.skipToKeyFrame() || ageMs > TOO_FAR_BEHIND_MS))
      this.#lose('decoder-behind');
    else if (this.#isWanted(arrived)) {
      this.#unshown++;
      if (!this.#decoder.send(packet)) this.#lose('damaged');
    }
    this.#cameMs = cameMs;
    if (this.#held === undefined) packet.free();
  }

  /** False: the packet cannot be decoded whole, or need not be. */
  #isWanted(arrived: Arrived): boolean {
    const { packet, cameMs } = arrived;
    const seen = this.#headers?.take(packet.data ?? Buffer.alloc(0));
    const missed = this.#missedKeyFrame(arrived);
    if (this.#keyFrameSinceMs !== undefined) {
      if (!packet.isKeyframe && performance.now() - this.#keyFrameSinceMs < KEY_FRAME_WITHIN_MS) {
        this.#passedOver++;
        return false;
      }
      this.#passedOver = 0;
      this.#video.take(packet, cameMs);
      this.#keyFrameSinceMs = undefined;
      this.#wholeFromTicks = packet.isKeyframe ? packet.pts : AV_NOPTS_VALUE; // the least number there is
      return true;
    }
    if (seen?.lost || missed || packet.hasFlags(AV_PKT_FLAG_CORRUPT)) {
      this.#decoder.damaged++;
      this.#decoder.send(null); // what came before the loss is whole
      this.#goOnAtKeyFrame('damaged');
      if (packet.isKeyframe) this.#held = arrived;
      return false;
    }
    this.#video.take(packet, cameMs);
    return this.#references.take(seen?.isReference ?? true, cameMs);
  }

  #missedKeyFrame({ packet }: Arrived): boolean {
    if (this.#msPerTick === undefined || packet.pts === AV_NOPTS_VALUE) return false;
    return this.#rhythm.missed(Number(packet.pts) * this.#msPerTick, packet.isKeyframe);
  }

  /** What the decoder has may be damaged: it goes on at the next key frame. */
  #lose(loss: Loss): void {
    if (this.#keyFrameSinceMs !== undefined) return;
    this.#decoder.flush();
    this.#goOnAtKeyFrame(loss);
  }

  #goOnAtKeyFrame(loss: Loss): void {
    this.#video.lost();
    this.#keyFrameSinceMs = performance.now();
    this.#unshown = 0;
    this.#noteLoss(loss);
  }

  #noteLoss(loss: Loss): void {
    if (loss === 'damaged') this.#lostAtMs = [...this.#lostAtMs.slice(1 - LOSSES_SAID), performance.now()];
    this.#loss = loss;
  }

  /** The frame of the decoder; undefined when it is not whole. */
  #shown(): LiveFrame | undefined {
    const { frame } = this.#decoder;
    if (frame.decodeErrorFlags !== 0 || frame.hasFlags(AV_FRAME_FLAG_CORRUPT)) {
      this.#lose('damaged');
      return undefined;
    }
    if (frame.pts !== AV_NOPTS_VALUE && frame.pts < this.#wholeFromTicks) return undefined;
    this.#wholeFromTicks = AV_NOPTS_VALUE;
    this.#size = { widthPx: frame.width, heightPx: frame.height };
    const ticks = frame.bestEffortTimestamp;
    const isTimed = ticks !== AV_NOPTS_VALUE;
    if (this.#unshown > REORDERED_AT_MOST) this.#noteLoss('damaged');
    this.#unshown = 0;
    const loss = this.#loss;
    this.#loss = undefined;
    const streamMs = isTimed && this.#msPerTick !== undefined ? Number(ticks) * this.#msPerTick : undefined;
    const mediaTimeMs = this.#times.take(streamMs, this.#cameMs);
    return { frame, mediaTimeMs, frameNumber: this.frames++, cameMs: this.#cameMs, isFresh: this.#isFresh, loss };
  }

  /** Makes a blocked read return. */
  interrupt(): void {
    this.#source.interrupt();
  }

  async close(): Promise<void> {
    this.#held?.packet.free();
    await this.#source.close();
    this.#decoder.close();
  }
}
