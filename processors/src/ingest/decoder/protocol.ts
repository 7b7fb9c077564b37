import type { SourceKind } from '@sightline/schemas';

/** A step in native code that uses so much processor time holds up the other sources of its process too long. */
export const STUCK_AFTER_MS = 2_000;
/** Standard output. The step watch writes the `playId` of a stuck source to it, one a line. */
export const STUCK_FD = 1;

/**
 * A request to a decoder process to play a source. `playId` distinguishes this attempt from earlier ones of the camera.
 */
export interface PlayRequest {
  readonly cameraId: string;
  readonly playId: number;
  readonly source: SourceKind;
  /** A path, or an rtsp:, rtsps:, http: or https: address. */
  readonly url: string;
  readonly maxFps: number;
  /** file: speed relative to real time; 0 stands for Infinity. */
  readonly speed: number;
  /** file: frames up to this number were published before and are skipped; -1 for none. */
  readonly afterFrame: number;
  /** file: position of that frame in ms; 0 for none. */
  readonly afterMediaTimeMs: number;
  readonly motionGate: boolean;
  /** live: the connection is given up when the camera sends nothing for this long; 5 s when not given. */
  readonly silentMs?: number;
}

/**
 * A request to a decoder process to decode a range of a recording once (scan jobs). It answers with `opened`, a
 * `picture` for every n-th frame, and `finished` (the number after the last frame found in the range) or `failed`.
 * `stop` ends it.
 */
export interface RangeRequest {
  readonly playId: number;
  /** A path. */
  readonly url: string;
  /** First frame, and the frame to end before: numbers in order of presentation, from 0. */
  readonly fromFrame: number;
  readonly toFrame: number;
  /** Position of the first frame in ms: decoding begins at the key frame before it. null: at the file's start. */
  readonly fromMediaTimeMs: number | null;
  /** One picture every this many frames, beginning with the first frame; 1 for all. */
  readonly everyFrames: number;
}

export type DecoderRequest =
  | { readonly kind: 'range'; readonly range: RangeRequest }
  | { readonly kind: 'play'; readonly play: PlayRequest }
  | { readonly kind: 'stop'; readonly playId: number }
  /** Somebody watches, or no longer watches, all pictures of the source: its video. */
  | { readonly kind: 'video'; readonly playId: number; readonly watched: boolean }
  | { readonly kind: 'probe'; readonly url: string };

/** Milliseconds of processor work for one message, summed over the source frames since the last message. */
export interface DecodeCost {
  readonly sourceFrames: number;
  /** Packets that the decoder refused, and frames that it marked as damaged. */
  readonly damaged: number;
  readonly decodeMs: number;
  readonly scaleMs: number;
  readonly gateMs: number;
  readonly jpegMs: number;
}

/** What a live source sends. See `StreamFigures` of `camera-status`. */
export interface MeasuredStream {
  readonly codec: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly fps: number;
  readonly bitsPerSecond: number;
  readonly clockRate: number | null;
}

interface OfPlay {
  readonly playId: number;
}

/** A jump in the times of a recording. */
export interface Gap {
  /** By the times in the file. */
  readonly gapMs: number;
  /** What it counts as. */
  readonly countsMs: number;
}

/** A picture's place in the video of its source. */
export interface VideoPlace {
  /** Stretch of the video with one clock; a later one has a greater number. */
  readonly generation: number;
  /** Its presentation, in 90,000 a second since a time that the generation has for itself. */
  readonly timeTicks: number;
}

/** A fragment of the video: one picture. Its bytes follow the message. */
export interface VideoFragment extends OfPlay, VideoPlace {
  readonly kind: 'video';
  /** Number in its generation, from 0. */
  readonly number: number;
  readonly isKey: boolean;
  /** As browsers name it (RFC 6381). */
  readonly codec: string;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Length of the init segment before a key frame; 0 before others. */
  readonly initBytes: number;
}

/** A sampled frame. `drops`: sampled frames left out since the last message, by reason. */
export interface SampledFrame extends OfPlay {
  readonly kind: 'picture' | 'unchanged';
  /** Presentation time since the first frame, in ms. */
  readonly mediaTimeMs: number;
  /** Number of the frame in the stream, from 0, in order of presentation. */
  readonly frameNumber: number;
  /** The decoder's clock when the frame arrived, in ms since 1970. */
  readonly arrivedAtMs: number;
  /** The camera's own clock at the capture, in ms since 1970, when it sends one. */
  readonly cameraClockMs?: number;
  readonly widthPx: number;
  readonly heightPx: number;
  /** SHA-256 of the JPEG that follows the message; absent when unchanged. */
  readonly sha256?: string;
  /** Where it is in the video, while that is watched. */
  readonly video?: VideoPlace;
  readonly drops: Readonly<Record<string, number>>;
  readonly cost: DecodeCost;
}

export type DecoderMessage =
  | ({ readonly kind: 'opened' } & OfPlay)
  | SampledFrame
  | VideoFragment
  /** There is no video of this source as it is now. `reason`: for a person. */
  | ({ readonly kind: 'no-video'; readonly reason: string } & OfPlay)
  /** The end of a recording with `frames` frames. A loop starts its next pass by itself. */
  | ({ readonly kind: 'finished'; readonly frames: number; readonly mediaTimeMs: number } & OfPlay)
  | ({ readonly kind: 'failed'; readonly opened: boolean; readonly message: string } & OfPlay)
  /** One step of this source held the process for so long that its other sources may lack pictures. Sent once. */
  | ({ readonly kind: 'slow'; readonly stepMs: number } & OfPlay)
  /** The times of this recording jump after the frame at `mediaTimeMs`; nobody waits for the frames after it. */
  | ({ readonly kind: 'gap'; readonly mediaTimeMs: number } & Gap & OfPlay)
  | ({ readonly kind: 'stream'; readonly stream: MeasuredStream } & OfPlay)
  /** What is wrong with this source while it plays, for a person; null: nothing any more. */
  | ({ readonly kind: 'trouble'; readonly trouble: string | null } & OfPlay)
  /** This source does not open, and the attempt cannot be ended: its thread is lost. */
  | ({ readonly kind: 'stuck'; readonly stepMs: number } & OfPlay)
  | { readonly kind: 'probed'; readonly failure: string | null }
  | { readonly kind: 'alive' };

const LENGTHS_BYTES = 8;
/** No message of a sound decoder is longer. A longer one is told by a process whose native code went wrong. */
const MESSAGE_BYTES_AT_MOST = 32 * 1024 * 1024;

/** The bytes are no messages of a decoder. */
export class DecoderMessageError extends Error {
  readonly code = 'DECODER_MESSAGE';
  readonly retriable = false;
}

/** One message on the pipe: int32 length of the JSON, int32 length of the JPEG, JSON, JPEG. */
export function frameMessage(message: DecoderMessage, jpeg?: Uint8Array): Buffer {
  const json = Buffer.from(JSON.stringify(message));
  const head = Buffer.allocUnsafe(LENGTHS_BYTES);
  head.writeUInt32BE(json.length, 0);
  head.writeUInt32BE(jpeg?.length ?? 0, 4);
  return Buffer.concat(jpeg === undefined ? [head, json] : [head, json, jpeg]);
}

/** Splits the bytes of a pipe into messages. Each JPEG is a copy. It holds at most one message that is not whole. */
export class MessageParser {
  #pending: Buffer[] = [];
  #pendingBytes = 0;

  /** Throws DecoderMessageError. */
  push(chunk: Buffer): readonly { readonly message: DecoderMessage; readonly jpeg: Buffer | undefined }[] {
    this.#pending.push(chunk);
    this.#pendingBytes += chunk.length;
    const found: { message: DecoderMessage; jpeg: Buffer | undefined }[] = [];
    for (;;) {
      const bytes = this.#joined(LENGTHS_BYTES);
      if (bytes === undefined) return found;
      const jsonBytes = bytes.readUInt32BE(0);
      const jpegBytes = bytes.readUInt32BE(4);
      if (jsonBytes + jpegBytes > MESSAGE_BYTES_AT_MOST)
        throw new DecoderMessageError(`a message of ${jsonBytes + jpegBytes} bytes is longer than any picture`);
      const whole = this.#joined(LENGTHS_BYTES + jsonBytes + jpegBytes);
      if (whole === undefined) return found;
      const jsonEnd = LENGTHS_BYTES + jsonBytes;
      const end = jsonEnd + jpegBytes;
      found.push({
        message: JSON.parse(whole.toString('utf8', LENGTHS_BYTES, jsonEnd)),
        jpeg: jpegBytes === 0 ? undefined : Buffer.from(whole.subarray(jsonEnd, end)),
      });
      this.#pending = whole.length > end ? [whole.subarray(end)] : [];
      this.#pendingBytes -= end;
    }
  }

  /** All pending bytes as one buffer, if there are at least `bytes`. */
  #joined(bytes: number): Buffer | undefined {
    if (this.#pendingBytes < bytes) return undefined;
    const [first] = this.#pending;
    if (this.#pending.length === 1) return first;
    const joined = Buffer.concat(this.#pending);
    this.#pending = [joined];
    return joined;
  }
}
