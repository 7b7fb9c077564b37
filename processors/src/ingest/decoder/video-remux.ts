import { AV_CODEC_ID_H264, AV_CODEC_ID_HEVC, AV_NOPTS_VALUE, type Packet } from 'node-av';
import { fragment, initSegment, TICKS_PER_SECOND } from './fragmented-mp4.ts';
import { readDescription, readUnits } from './nal-units.ts';
import type { Outlet } from './outlet.ts';
import { type DescribedTrack, describe, type ParameterSets, type VideoCodec } from './parameter-sets.ts';
import type { VideoPlace } from './protocol.ts';

/** A picture is decoded at most this long before it is shown; also the time of the first picture of a generation. */
const REORDERED_MS = 1_000;
/** A browser takes a step of more than two durations as a hole, and waits for a key frame behind it. */
const DURATION_MS = 1_000;
/** Times of a live stream that go another way than the clock by more are a new clock; a recording has gaps. */
const LIVE_JUMP_MS = 1_000;
const FILE_JUMP_MS = 10_000;
const JUMPS_AT_MOST = 4;
/** The same time for so many pictures in a row. */
const SAME_AT_MOST = 3;
/** The pace of a live stream's times is measured after what was buffered came. */
const UNTIMED_AT_MOST = 15;
const PACE_FROM_MS = 2_000;
const PACE_FOR_MS = 6_000;
const PACE_WITHIN = 0.15;
/** Pictures that are decoded late, or kept back for their order, are fewer. */
const PLACES_KEPT = 256;
const KEY_FRAME_WITHIN_MS = 20_000;

const BAD_TIMES = 'the times of its stream are wrong';
const NO_TIMES = 'its stream has no times';
const NO_KEY_FRAMES = 'it sends no key frames to begin with';
const NOT_DESCRIBED = 'it does not describe its video as browsers need it';
export const TURNED = 'its pictures are turned';

/** A stream that is to be shown in full. */
export interface RemuxedStream {
  readonly codecId: number;
  readonly codecName: string;
  readonly description: Buffer | null;
  readonly msPerTick: number;
  /** False: a recording, which is read ahead. */
  readonly isLive: boolean;
}

/**
 * The coded pictures of one source as fragments of an MP4, one a picture, while somebody watches. It lasts as long as the
 * source is played. A generation is a stretch with one clock: pictures of a new connection, of the next pass of a loop or
 * behind a jump belong to the next one. A fragment with a key frame has the init segment before it, so a browser can
 * begin at any. Times are those of the stream, moved by one number for each generation.
 */
export class VideoRemux {
  readonly #playId: number;
  readonly #outlet: Outlet;
  #stream: RemuxedStream | undefined;
  #codec: VideoCodec | undefined;
  #lengthBytes: number | undefined;
  #sets: Partial<ParameterSets> = {};
  #init: { readonly key: string; readonly track: DescribedTrack; readonly bytes: Buffer } | undefined;
  #watched = false;
  /** Why there is no video; undefined: nothing is in the way. */
  #trouble: string | undefined;
  #waitsForKeyFrame = true;
  #waitsSinceMs = 0;
  #generation = 0;
  #number = 0;
  /** Of the generation. */
  #originMs: number | undefined;
  #lastDecodeTicks = 0;
  /** The greatest time of a picture so far, and when it came. */
  #lastMs: number | undefined;
  #lastCameMs = 0;
  #jumps = 0;
  #same = 0;
  /** Packets without a time in a row. */
  #untimed = 0;
  #pace: { readonly cameMs: number; readonly timeMs: number } | undefined;
  /** Pictures that began after a loss refer to none before this time. */
  #wholeFromMs = Number.NEGATIVE_INFINITY;
  readonly #places = new Map<bigint, VideoPlace>();

  constructor(playId: number, outlet: Outlet) {
    this.#playId = playId;
    this.#outlet = outlet;
  }

  get watched(): boolean {
    return this.#watched;
  }
  set watched(watched: boolean) {
    if (watched === this.#watched) return;
    this.#watched = watched;
    this.#begin();
    if (watched) this.#tellTrouble();
  }

  /** The source was opened. undefined: its pictures come without times of their own. */
  open(stream: RemuxedStream | undefined): void {
    this.#stream = stream;
    this.#codec =
      stream?.codecId === AV_CODEC_ID_H264 ? 'h264' : stream?.codecId === AV_CODEC_ID_HEVC ? 'h265' : undefined;
    this.#trouble = undefined;
    this.#jumps = 0;
    this.#places.clear();
    this.#begin();
    if (this.#codec === undefined) return void this.refuse(`${stream?.codecName ?? 'JPEG'} cannot be shown as video`);
    const { sets, lengthBytes } = readDescription(this.#codec, stream?.description ?? null);
    this.#sets = sets;
    this.#lengthBytes = lengthBytes;
  }

  /** There is no video of this stream until it is opened again. `reason`: for a person. */
  refuse(reason: string): void {
    if (this.#trouble !== undefined) return;
    this.#trouble = reason;
    this.#tellTrouble();
  }

  #tellTrouble(): void {
    if (this.#watched && this.#trouble !== undefined)
      this.#outlet.send({ kind: 'no-video', playId: this.#playId, reason: this.#trouble });
  }

  /** A new generation begins with the next key frame. */
  #begin(): void {
    this.#originMs = undefined;
    this.#lastMs = undefined;
    this.#pace = undefined;
    this.#same = 0;
    this.#untimed = 0;
    this.lost();
  }

  /** Something is missing before the next packet: what follows is whole from the next key frame on. */
  lost(): void {
    if (!this.#waitsForKeyFrame) this.#waitsSinceMs = 0;
    this.#waitsForKeyFrame = true;
  }

  /** The next packet in the order of the stream. `cameMs`: its arrival, by a clock that never goes back. */
  take(packet: Packet, cameMs: number): void {
    const { data } = packet;
    if (!this.#watched || this.#trouble !== undefined || data === null || this.#codec === undefined) return;
    if (packet.pts === AV_NOPTS_VALUE) return void this.#withoutTime();
    this.#untimed = 0;
    const { sample, isKey, sets } = readUnits(this.#codec, data, this.#lengthBytes);
    this.#sets = { ...this.#sets, ...sets };
    const timeMs = Number(packet.pts) * (this.#stream?.msPerTick ?? 0);
    if (sample.length > 0 && this.#follows(timeMs, cameMs) && this.#isWhole(timeMs, isKey, cameMs))
      this.#send(packet.pts, timeMs, isKey, sample);
  }

  /** The first packets of a stream may have no times. */
  #withoutTime(): void {
    this.lost();
    if (++this.#untimed > UNTIMED_AT_MOST) this.refuse(NO_TIMES);
  }

  /** False: the stream has another clock from here on, or cannot be followed. */
  #follows(timeMs: number, cameMs: number): boolean {
    const isLive = this.#stream?.isLive === true;
    const lastMs = this.#lastMs;
    this.#lastMs = Math.max(timeMs, lastMs ?? timeMs);
    const passedMs = isLive ? cameMs - this.#lastCameMs : 0;
    this.#lastCameMs = cameMs;
    if (lastMs === undefined) return true;
    this.#same = timeMs === lastMs ? this.#same + 1 : 0;
    if (this.#same > SAME_AT_MOST || (isLive && !this.#isPaced(timeMs, cameMs))) this.refuse(BAD_TIMES);
    if (Math.abs(timeMs - lastMs - passedMs) <= (isLive ? LIVE_JUMP_MS : FILE_JUMP_MS)) return true;
    if (++this.#jumps > JUMPS_AT_MOST) this.refuse(BAD_TIMES);
    this.#begin();
    this.#lastMs = timeMs;
    return true;
  }

  #isPaced(timeMs: number, cameMs: number): boolean {
    if (this.#pace === undefined) this.#pace = { cameMs: cameMs + PACE_FROM_MS, timeMs: Number.NaN };
    if (cameMs < this.#pace.cameMs) return true;
    if (Number.isNaN(this.#pace.timeMs)) this.#pace = { cameMs, timeMs };
    const passedMs = cameMs - this.#pace.cameMs;
    if (passedMs < PACE_FOR_MS) return true;
    const pace = (timeMs - this.#pace.timeMs) / passedMs;
    this.#pace = { cameMs, timeMs };
    return Math.abs(pace - 1) <= PACE_WITHIN;
  }

  /** False: it refers to pictures that are missing. */
  #isWhole(timeMs: number, isKey: boolean, cameMs: number): boolean {
    if (!this.#waitsForKeyFrame) {
      if (isKey) this.#wholeFromMs = Number.NEGATIVE_INFINITY;
      return timeMs >= this.#wholeFromMs;
    }
    if (this.#waitsSinceMs === 0) this.#waitsSinceMs = cameMs;
    if (!isKey) {
      if (cameMs - this.#waitsSinceMs > KEY_FRAME_WITHIN_MS) this.refuse(NO_KEY_FRAMES);
      return false;
    }
    this.#waitsForKeyFrame = false;
    this.#waitsSinceMs = 0;
    this.#wholeFromMs = timeMs; // pictures that are shown before it refer to what came before it, too
    return true;
  }

  #send(pts: bigint, timeMs: number, isKey: boolean, bytes: Buffer): void {
    if (isKey) this.#describe();
    if (this.#init === undefined) return void this.refuse(NOT_DESCRIBED);
    if (this.#originMs === undefined) {
      this.#originMs = timeMs;
      this.#generation = Math.max(this.#generation + 1, Date.now());
      this.#number = 0;
      this.#lastDecodeTicks = -1;
    }
    const timeTicks = ticks(timeMs - this.#originMs + REORDERED_MS);
    const decodeTicks = Math.max(this.#lastDecodeTicks + 1, timeTicks - ticks(REORDERED_MS));
    this.#lastDecodeTicks = decodeTicks;
    const sample = { decodeTicks, timeTicks, durationTicks: ticks(DURATION_MS), isKey, bytes };
    const number = this.#number++;
    const picture = fragment(number + 1, sample);
    const { track, bytes: init } = this.#init;
    const place = { generation: this.#generation, timeTicks };
    this.#keepPlace(pts, place);
    const { codec, widthPx, heightPx } = track;
    const described = { codec, widthPx, heightPx, initBytes: isKey ? init.length : 0 };
    this.#outlet.send(
      { kind: 'video', playId: this.#playId, ...place, number, isKey, ...described },
      isKey ? Buffer.concat([init, picture]) : picture,
    );
  }

  /** Makes the init segment anew when the stream describes itself in another way. */
  #describe(): void {
    const { video, sequence, picture } = this.#sets;
    if (this.#codec === undefined || sequence === undefined || picture === undefined) return;
    const key = [video, sequence, picture].map(set => set?.toString('base64') ?? '').join();
    if (key === this.#init?.key) return;
    const track = describe(this.#codec, { video, sequence, picture });
    this.#init = track && { key, track, bytes: initSegment(track) };
  }

  #keepPlace(pts: bigint, place: VideoPlace): void {
    this.#places.delete(pts);
    this.#places.set(pts, place);
    for (const oldest of this.#places.keys()) {
      if (this.#places.size <= PLACES_KEPT) break;
      this.#places.delete(oldest);
    }
  }

  /** Where the picture with this time in the stream is in the video; undefined: it was not sent. */
  placeOf(pts: bigint): VideoPlace | undefined {
    return this.#watched ? this.#places.get(pts) : undefined;
  }
}

const ticks = (ms: number): number => Math.round((ms * TICKS_PER_SECOND) / 1_000);
