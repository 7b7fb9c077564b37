import { FFmpegError } from 'node-av';
import { LagMeter } from './lag-meter.ts';
import { MotionGate } from './motion-gate.ts';
import { UnsupportedVideoError } from './open-video.ts';
import { Pace } from './pace.ts';
import { PictureTaker } from './picture-taker.ts';
import type { DecoderMessage, PlayRequest } from './protocol.ts';
import { Sampler } from './sampler.ts';
import { type DecodedFrame, VideoInput } from './video-input.ts';

/** Destination of messages. While it is `congested`, live pictures are left out and files wait. */
export interface Outlet {
  readonly congested: boolean;
  send(message: DecoderMessage, jpeg?: Uint8Array): void;
  /** Resolves when it is no longer congested. */
  drained(signal: AbortSignal): Promise<void>;
}

/** For sampling rates up to this, frames that no other frame refers to are not decoded. */
const SPARSE_UP_TO_FPS = 7;
/**
 * A read that waited this long found no backlog. After the second time a stream that never waits counts as up to date.
 */
const WAITED_MS = 4;
const BACKLOG_AT_MOST_MS = 3_000;
/** Up to this frame, a file is decoded from its start; beyond it, from the key frame before. */
const NEAR_FRAMES = 300;
/** A gap in its times makes the average duration of a frame much longer. */
const LAST_FRAME_AT_MOST_MS = 1_000;
/** A live picture this late is left out; at the second limit, everything up to the next key frame is. */
const BEHIND_MS = 500;
const FAR_BEHIND_MS = 1_500;
/** An attempt to open a source is ended after this, and reported as stuck when it goes on all the same. */
const OPENS_WITHIN_MS = 15_000;
const ENDS_WITHIN_MS = 3_000;
/** A longer step makes other sources of the process late by two pictures at 5 a second. */
const SLOW_STEP_MS = 400;

/**
 * Plays one source to its end, a loop again and again, and sends messages about it. Never throws: a failure is a
 * message.
 */
export async function play(request: PlayRequest, outlet: Outlet, signal: AbortSignal): Promise<void> {
  const { playId } = request;
  do {
    let opened = false;
    try {
      const { input, resumedAtMs } = await openAt(request, outlet, signal);
      const stop = (): void => input.interrupt();
      signal.addEventListener('abort', stop, { once: true });
      const pass = new Pass(request, input, outlet, resumedAtMs);
      try {
        opened = true;
        outlet.send({ kind: 'opened', playId });
        await pass.run(signal);
      } finally {
        signal.removeEventListener('abort', stop);
        pass.close();
        await input.close();
      }
      if (signal.aborted) return;
      if (request.source === 'live') throw new UnsupportedVideoError('the stream ended');
      outlet.send({ kind: 'finished', playId, frames: input.frames, mediaTimeMs: pass.lastMediaTimeMs });
    } catch (error) {
      if (!signal.aborted) outlet.send({ kind: 'failed', playId, opened, message: describe(error) });
      return;
    }
  } while (request.source === 'loop' && !signal.aborted);
}

/** Opens the source where it must go on; `resumedAtMs` is the position of the last published frame. */
async function openAt(
  request: PlayRequest,
  outlet: Outlet,
  signal: AbortSignal,
): Promise<{ readonly input: VideoInput; readonly resumedAtMs: number | undefined }> {
  const { source, afterFrame, afterMediaTimeMs } = request;
  const input = await open(request, outlet, signal);
  if (source !== 'file' || afterFrame < NEAR_FRAMES) return { input, resumedAtMs: undefined };
  const resumedAtMs = (await input.find(afterFrame, afterMediaTimeMs))?.mediaTimeMs;
  if (resumedAtMs !== undefined) return { input, resumedAtMs };
  await input.close();
  return { input: await open(request, outlet, signal), resumedAtMs };
}

async function open({ playId, url, source, maxFps }: PlayRequest, outlet: Outlet, stopped: AbortSignal) {
  const sparse = source === 'live' && maxFps <= SPARSE_UP_TO_FPS;
  const stepMs = OPENS_WITHIN_MS + ENDS_WITHIN_MS;
  const stuck = setTimeout(() => outlet.send({ kind: 'stuck', playId, stepMs }), stepMs);
  const signal = AbortSignal.any([stopped, AbortSignal.timeout(OPENS_WITHIN_MS)]);
  return await VideoInput.open(url, { playId, sparse, signal }).finally(() => clearTimeout(stuck));
}

/** One opening of the source. */
class Pass {
  readonly #request: PlayRequest;
  readonly #input: VideoInput;
  readonly #outlet: Outlet;
  readonly #sampler: Sampler;
  readonly #pictures: PictureTaker;
  readonly #pace: Pace;
  readonly #lag = new LagMeter();
  #skipped = false;
  #saidSlow = false;
  #drops: Record<string, number> = {};
  #backlogUntilMs: number;
  lastMediaTimeMs = 0;

  constructor(request: PlayRequest, input: VideoInput, outlet: Outlet, resumedAtMs: number | undefined) {
    this.#request = request;
    this.#input = input;
    this.#outlet = outlet;
    this.#sampler = new Sampler(request.maxFps);
    if (resumedAtMs !== undefined) this.#sampler.take(resumedAtMs); // this slot was published before
    const gate = request.motionGate ? new MotionGate(this.#sampler.slotMs) : undefined;
    this.#pictures = new PictureTaker(input, request.playId, gate);
    this.#backlogUntilMs = request.source === 'live' ? performance.now() + BACKLOG_AT_MOST_MS : 0;
    const paced = request.source !== 'live' && request.speed > 0;
    this.#pace = new Pace(paced ? request.speed : Number.POSITIVE_INFINITY);
  }

  #wasPublished(frameNumber: number): boolean {
    return this.#request.source === 'file' && frameNumber <= this.#request.afterFrame;
  }

  async run(signal: AbortSignal): Promise<void> {
    for (;;) {
      const decoded = await this.#input.next();
      if (signal.aborted) return;
      this.#saySlow();
      this.#sayGap();
      if (decoded === undefined) {
        const lastMs = Math.min(this.#input.frameMs, LAST_FRAME_AT_MOST_MS);
        await this.#pace.until(this.lastMediaTimeMs + lastMs, signal); // shows the last frame for its duration
        return;
      }
      this.#pictures.sourceFrames++;
      this.lastMediaTimeMs = decoded.mediaTimeMs;
      if (this.#inBacklog()) continue;
      const lagMs = this.#request.source === 'live' ? this.#followLive(decoded.mediaTimeMs) : 0;
      const slot = this.#sampler.take(decoded.mediaTimeMs);
      if (slot === undefined || this.#wasPublished(decoded.frameNumber)) continue;
      const lateMs = await this.#pace.until(decoded.mediaTimeMs, signal);
      if (signal.aborted) return;
      const arrivedAtMs = Date.now(); // before our own work, which is latency, not capture
      if (!(await this.#roomFor(Math.max(lateMs, lagMs), signal))) continue;
      await this.#publish(decoded, arrivedAtMs, slot === 'picture');
    }
  }

  #sayGap(): void {
    const { gapMs } = this.#input;
    if (gapMs === 0) return;
    this.#input.gapMs = 0;
    this.#outlet.send({ kind: 'gap', playId: this.#request.playId, gapMs, mediaTimeMs: this.lastMediaTimeMs });
  }

  #saySlow(): void {
    const stepMs = this.#input.longestStepMs;
    if (this.#saidSlow || stepMs <= SLOW_STEP_MS) return;
    this.#saidSlow = true;
    this.#outlet.send({ kind: 'slow', playId: this.#request.playId, stepMs });
  }

  /**
   * How late a live frame is, in ms. When it is far behind, it goes on at the next key frame and counts the lost slots.
   */
  #followLive(mediaTimeMs: number): number {
    const lagMs = this.#lag.take(mediaTimeMs, performance.now());
    if (this.#skipped) this.#drop(this.#sampler.missedBefore(mediaTimeMs));
    this.#skipped = lagMs > FAR_BEHIND_MS;
    if (this.#skipped) this.#input.skipToKeyFrame();
    return lagMs;
  }

  #drop(count: number, reason = 'decoder-behind'): void {
    if (count > 0) this.#drops[reason] = (this.#drops[reason] ?? 0) + count;
  }

  /**
   * A live stream starts with pictures buffered while FFmpeg examined it. They are skipped: they are old, and anchoring
   * the camera's time at them would put all later pictures into the future.
   */
  #inBacklog(): boolean {
    if (this.#backlogUntilMs === 0) return false;
    if (this.#input.waitedMs < WAITED_MS && performance.now() < this.#backlogUntilMs) return true;
    this.#backlogUntilMs = 0;
    return false;
  }

  /** A file waits for room. A live picture is left out and counted. */
  async #roomFor(lateMs: number, signal: AbortSignal): Promise<boolean> {
    if (this.#request.source === 'file') {
      if (this.#outlet.congested) await this.#outlet.drained(signal);
      return !signal.aborted;
    }
    const reason = this.#outlet.congested ? 'publisher-behind' : lateMs > BEHIND_MS ? 'decoder-behind' : undefined;
    if (reason !== undefined) this.#drop(1, reason);
    return reason === undefined;
  }

  async #publish(decoded: DecodedFrame, arrivedAtMs: number, picture: boolean): Promise<void> {
    const { frame, mediaTimeMs, frameNumber } = decoded;
    const { playId } = this.#request;
    const { seen, jpeg } = await this.#pictures.take(frame, mediaTimeMs, picture);
    const kind = jpeg === undefined ? 'unchanged' : 'picture';
    const sampled = { kind, playId, mediaTimeMs, frameNumber, arrivedAtMs, ...seen } as const;
    this.#outlet.send({ ...sampled, drops: this.#takeDrops(), cost: this.#pictures.takeCost() }, jpeg);
  }

  #takeDrops(): Record<string, number> {
    const drops = this.#drops;
    this.#drops = {};
    return drops;
  }

  close(): void {
    this.#pictures.close();
  }
}

/** What went wrong, in words. */
export function describe(error: unknown): string {
  if (error instanceof FFmpegError) return error.isInvalidData ? 'not a video this can read' : error.message;
  return error instanceof Error ? error.message : String(error);
}

/** Opens a recording and decodes its first frame; resolves with what is wrong, or null. */
export async function probe(url: string): Promise<string | null> {
  const { signal } = new AbortController();
  try {
    const input = await VideoInput.open(url, { playId: 0, sparse: false, signal });
    try {
      return (await input.next()) === undefined ? 'it has no picture' : null;
    } finally {
      await input.close();
    }
  } catch (error) {
    return describe(error);
  }
}
