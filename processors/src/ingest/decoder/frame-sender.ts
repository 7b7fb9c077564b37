import { AV_FRAME_DATA_DISPLAYMATRIX, type Frame } from 'node-av';
import type { FrameDecoder } from './frame-decoder.ts';
import { MotionGate } from './motion-gate.ts';
import type { Outlet } from './outlet.ts';
import { uprightBy } from './picture-shape.ts';
import { PictureTaker } from './picture-taker.ts';
import type { PlayRequest, VideoPlace } from './protocol.ts';
import { TURNED, type VideoRemux } from './video-remux.ts';

/** A longer step makes other sources of the process late by two pictures at 5 a second. */
const SLOW_STEP_MS = 400;

interface Sampled {
  readonly frame: Frame;
  readonly mediaTimeMs: number;
  readonly frameNumber: number;
}

interface SenderParts {
  readonly decoder: FrameDecoder;
  readonly outlet: Outlet;
  readonly video: VideoRemux;
}

/** Sends the sampled frames of one source, with what was left out and what they cost since the last one. */
export class FrameSender {
  readonly #playId: number;
  readonly #decoder: FrameDecoder;
  readonly #outlet: Outlet;
  readonly #pictures: PictureTaker;
  readonly #video: VideoRemux;
  #drops: Record<string, number> = {};
  #saidSlow = false;

  constructor({ playId, motionGate }: PlayRequest, slotMs: number, { decoder, outlet, video }: SenderParts) {
    this.#playId = playId;
    this.#decoder = decoder;
    this.#outlet = outlet;
    this.#video = video;
    this.#pictures = new PictureTaker(decoder, playId, motionGate ? new MotionGate(slotMs) : undefined);
  }

  /** Counts a decoded frame. Says once when a step of the decoder takes too long. */
  decoded(): void {
    this.#pictures.sourceFrames++;
    const stepMs = this.#decoder.longestStepMs;
    if (this.#saidSlow || stepMs <= SLOW_STEP_MS) return;
    this.#saidSlow = true;
    this.#outlet.send({ kind: 'slow', playId: this.#playId, stepMs });
  }

  /** Counts sampled frames that are left out. */
  drop(count: number, reason: string): void {
    if (count > 0) this.#drops[reason] = (this.#drops[reason] ?? 0) + count;
  }

  /** `arrivedAtMs`: the machine's clock. `picture`: false for a sign of life. */
  async send({ frame, mediaTimeMs, frameNumber }: Sampled, arrivedAtMs: number, picture: boolean): Promise<void> {
    const video = this.#videoPlace(frame);
    const { seen, jpeg } = await this.#pictures.take(frame, mediaTimeMs, picture);
    const kind = jpeg === undefined ? 'unchanged' : 'picture';
    const sampled = { kind, playId: this.#playId, mediaTimeMs, frameNumber, arrivedAtMs, ...seen, ...video } as const;
    const drops = this.#drops;
    this.#drops = {};
    this.#outlet.send({ ...sampled, drops, cost: this.#pictures.takeCost() }, jpeg);
  }

  /** Browsers show a video as it was coded. */
  #videoPlace(frame: Frame): { readonly video?: VideoPlace } {
    const place = this.#video.placeOf(frame.pts);
    if (place === undefined) return {};
    if (uprightBy(frame.getSideData(AV_FRAME_DATA_DISPLAYMATRIX)).upright.length > 0) this.#video.refuse(TURNED);
    return { video: place };
  }

  close(): void {
    this.#pictures.close();
  }
}
