import { FrameSender } from './frame-sender.ts';
import type { LiveFrame, LiveInput } from './live-input.ts';
import type { Outlet } from './outlet.ts';
import type { PlayRequest } from './protocol.ts';
import { Sampler } from './sampler.ts';
import type { VideoRemux } from './video-remux.ts';

/** Pictures that were buffered while the stream was opened are passed over, for at most this long. */
const BACKLOG_AT_MOST_MS = 3_000;
/** A picture this late is left out. */
const BEHIND_MS = 500;
const TROUBLE_EVERY_MS = 1_000;
/** Its rate and bits are measured over this long. */
const STREAM_EVERY_MS = 4_000;

/** One connection to a camera. */
export class LivePass {
  readonly #playId: number;
  readonly #input: LiveInput;
  readonly #outlet: Outlet;
  readonly #sampler: Sampler;
  readonly #sender: FrameSender;
  readonly #openedAtMs = performance.now();
  #isFresh = false;
  #told: string | null = null;

  constructor(request: PlayRequest, input: LiveInput, outlet: Outlet, video: VideoRemux) {
    this.#playId = request.playId;
    this.#input = input;
    this.#outlet = outlet;
    this.#sampler = new Sampler(request.maxFps);
    this.#sender = new FrameSender(request, this.#sampler.slotMs, { decoder: input.decoder, outlet, video });
  }

  async run(signal: AbortSignal): Promise<void> {
    const telling = setInterval(() => this.#tellTrouble(), TROUBLE_EVERY_MS);
    const measuring = setInterval(() => this.#tellStream(), STREAM_EVERY_MS);
    try {
      for (;;) {
        const frame = await this.#input.next();
        if (frame === undefined || signal.aborted) return;
        this.#sender.decoded();
        if (this.#isInBacklog(frame)) continue;
        if (frame.loss !== undefined) this.#sender.drop(this.#sampler.missedBefore(frame.mediaTimeMs), frame.loss);
        const slot = this.#sampler.take(frame.mediaTimeMs);
        if (slot !== undefined) await this.#send(frame, slot === 'picture');
      }
    } finally {
      clearInterval(telling);
      clearInterval(measuring);
    }
  }

  /**
   * True for pictures buffered while FFmpeg examined the stream. They are old, and anchoring the camera's time at them
   * would put all later pictures into the future.
   */
  #isInBacklog({ isFresh }: LiveFrame): boolean {
    this.#isFresh ||= isFresh || performance.now() - this.#openedAtMs > BACKLOG_AT_MOST_MS;
    return !this.#isFresh;
  }

  async #send(frame: LiveFrame, picture: boolean): Promise<void> {
    const ageMs = performance.now() - frame.cameMs;
    const reason = this.#outlet.congested ? 'publisher-behind' : ageMs > BEHIND_MS ? 'decoder-behind' : undefined;
    if (reason !== undefined) this.#sender.drop(1, reason);
    else await this.#sender.send(frame, Date.now() - ageMs, picture);
  }

  #tellTrouble(): void {
    const { trouble } = this.#input;
    if (trouble === this.#told) return;
    this.#told = trouble;
    this.#outlet.send({ kind: 'trouble', playId: this.#playId, trouble });
  }

  #tellStream(): void {
    const stream = this.#input.takeStream();
    if (stream !== undefined) this.#outlet.send({ kind: 'stream', playId: this.#playId, stream });
  }

  interrupt(): void {
    this.#input.interrupt();
  }

  async close(): Promise<void> {
    this.#sender.close();
    await this.#input.close();
  }
}
