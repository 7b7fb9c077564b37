import { createHash } from 'node:crypto';
import type { Frame } from 'node-av';
import type { FrameDecoder } from './frame-decoder.ts';
import type { MotionGate } from './motion-gate.ts';
import { PictureMaker } from './picture-maker.ts';
import type { DecodeCost } from './protocol.ts';
import { runStep } from './running-step.ts';

const NO_COST = { scaleMs: 0, gateMs: 0, jpegMs: 0 };

/** A frame's published size, and its JPEG with the hash when it is a picture. */
export interface Taken {
  readonly seen: { readonly widthPx: number; readonly heightPx: number; readonly sha256?: string };
  readonly jpeg: Buffer | undefined;
}

/** Makes the pictures of one source, and sums what they cost. */
export class PictureTaker {
  readonly #decoder: FrameDecoder;
  readonly #playId: number;
  readonly #gate: MotionGate | undefined;
  #maker: PictureMaker | undefined;
  #costs = NO_COST;
  /** Frames decoded since the last cost was taken. */
  sourceFrames = 0;

  /** Without a gate, every picture is made. */
  constructor(decoder: FrameDecoder, playId: number, gate: MotionGate | undefined) {
    this.#decoder = decoder;
    this.#playId = playId;
    this.#gate = gate;
  }

  /** The JPEG is absent when none is wanted, or when the motion gate finds no change. */
  async take(frame: Frame, mediaTimeMs: number, wanted: boolean): Promise<Taken> {
    if (!this.#maker?.fits(frame)) {
      this.#maker?.close();
      this.#maker = await PictureMaker.for(frame);
    }
    const maker = this.#maker;
    const { widthPx, heightPx } = maker;
    const jpeg = wanted ? runStep(this.#playId, () => this.#picture(maker, frame, mediaTimeMs)) : undefined;
    if (jpeg === undefined) return { seen: { widthPx, heightPx }, jpeg };
    return { seen: { widthPx, heightPx, sha256: createHash('sha256').update(jpeg).digest('hex') }, jpeg };
  }

  #picture(maker: PictureMaker, frame: Frame, mediaTimeMs: number): Buffer | undefined {
    const { scaleMs, gateMs, jpegMs } = this.#costs;
    const startedMs = performance.now();
    maker.scale(frame);
    const scaledMs = performance.now();
    const grey = this.#gate && maker.grey();
    const opens = grey === undefined || this.#gate?.opens(grey, mediaTimeMs);
    const judgedMs = performance.now();
    const jpeg = opens ? maker.jpeg() : undefined;
    if (opens && grey !== undefined) this.#gate?.sent(grey, mediaTimeMs);
    this.#costs = {
      scaleMs: scaleMs + scaledMs - startedMs,
      gateMs: gateMs + judgedMs - scaledMs,
      jpegMs: jpegMs + performance.now() - judgedMs,
    };
    return jpeg;
  }

  /** The cost since the last call. */
  takeCost(): DecodeCost {
    const { decodeMs, damaged } = this.#decoder;
    const cost = { ...this.#costs, sourceFrames: this.sourceFrames, decodeMs, damaged };
    [this.#costs, this.sourceFrames, this.#decoder.decodeMs, this.#decoder.damaged] = [NO_COST, 0, 0, 0];
    return cost;
  }

  close(): void {
    this.#maker?.close();
  }
}
