import { fileEnd } from './file-end.ts';
import { FrameSender } from './frame-sender.ts';
import { UnsupportedVideoError } from './open-video.ts';
import type { Outlet } from './outlet.ts';
import { Pace } from './pace.ts';
import type { PlayRequest } from './protocol.ts';
import { Sampler } from './sampler.ts';
import type { VideoInput } from './video-input.ts';
import type { VideoRemux } from './video-remux.ts';

/** A gap in its times makes the average duration of a frame much longer. */
const LAST_FRAME_AT_MOST_MS = 1_000;
/** A picture of a loop this late is left out. */
const BEHIND_MS = 500;

const OTHER_SPEED = 'the recording is read at another speed than real time';

/** One pass through a recording, which is published as a file or played as a loop. */
export class FilePass {
  readonly #request: PlayRequest;
  readonly #input: VideoInput;
  readonly #outlet: Outlet;
  readonly #sampler: Sampler;
  readonly #sender: FrameSender;
  readonly #pace: Pace;
  #lastMs = 0;

  /** `resumedAtMs`: position of the last published frame, when the input goes on after it. */
  constructor(
    request: PlayRequest,
    input: VideoInput,
    outlet: Outlet,
    video: VideoRemux,
    resumedAtMs: number | undefined,
  ) {
    this.#request = request;
    this.#input = input;
    this.#outlet = outlet;
    this.#sampler = new Sampler(request.maxFps);
    if (resumedAtMs !== undefined) this.#sampler.take(resumedAtMs); // this slot was published before
    this.#sender = new FrameSender(request, this.#sampler.slotMs, { decoder: input.decoder, outlet, video });
    input.showIn(video);
    if (request.speed !== 1) video.refuse(OTHER_SPEED);
    this.#pace = new Pace(request.speed > 0 ? request.speed : Number.POSITIVE_INFINITY);
  }

  #wasPublished(frameNumber: number): boolean {
    return this.#request.source === 'file' && frameNumber <= this.#request.afterFrame;
  }

  async run(signal: AbortSignal): Promise<void> {
    for (;;) {
      const decoded = await this.#input.next();
      if (signal.aborted) return;
      if (decoded === undefined) return await this.#finish(signal);
      this.#passGap();
      this.#sender.decoded();
      this.#lastMs = decoded.mediaTimeMs;
      const slot = this.#sampler.take(decoded.mediaTimeMs);
      if (slot === undefined || this.#wasPublished(decoded.frameNumber)) continue;
      const lateMs = await this.#pace.until(decoded.mediaTimeMs, signal);
      if (signal.aborted) return;
      const arrivedAtMs = Date.now(); // before our own work, which is latency, not capture
      if (await this.#roomFor(lateMs, signal)) await this.#sender.send(decoded, arrivedAtMs, slot === 'picture');
    }
  }

  /** Shows the last frame for its duration. Throws UnsupportedVideoError when the file says that more was in it. */
  async #finish(signal: AbortSignal): Promise<void> {
    await this.#pace.until(this.#lastMs + Math.min(this.#input.frameMs ?? 0, LAST_FRAME_AT_MOST_MS), signal);
    if (signal.aborted) return;
    const { playId, source, url } = this.#request;
    const end = source === 'file' ? await fileEnd(url) : undefined;
    if (end?.kind === 'cut') throw new UnsupportedVideoError(end.trouble);
    this.#outlet.send({ kind: 'finished', playId, frames: this.#input.frames, mediaTimeMs: this.#lastMs });
  }

  /** Nobody waits for the frame after a gap. */
  #passGap(): void {
    const { gap } = this.#input;
    if (gap === undefined) return;
    this.#pace.restart();
    this.#outlet.send({ kind: 'gap', playId: this.#request.playId, ...gap, mediaTimeMs: this.#lastMs });
  }

  /** A file waits for room. A picture of a loop is left out and counted. */
  async #roomFor(lateMs: number, signal: AbortSignal): Promise<boolean> {
    if (this.#request.source === 'file') {
      if (this.#outlet.congested) await this.#outlet.drained(signal);
      return !signal.aborted;
    }
    const reason = this.#outlet.congested ? 'publisher-behind' : lateMs > BEHIND_MS ? 'decoder-behind' : undefined;
    if (reason !== undefined) this.#sender.drop(1, reason);
    return reason === undefined;
  }

  interrupt(): void {
    this.#input.interrupt();
  }

  async close(): Promise<void> {
    this.#sender.close();
    await this.#input.close();
  }
}
