import { fileFailure } from './failures.ts';
import type { Outlet } from './outlet.ts';
import { PictureTaker } from './picture-taker.ts';
import type { RangeRequest } from './protocol.ts';
import { type DecodedFrame, VideoInput } from './video-input.ts';

/**
 * Decodes a range of a recording's frames, as fast as the reader takes them, and sends every n-th as a picture. The
 * same request gives the same messages except for arrival times and costs. Never throws: a failure is a message.
 */
export async function decodeRange(request: RangeRequest, outlet: Outlet, signal: AbortSignal): Promise<void> {
  const { playId } = request;
  let opened = false;
  try {
    const { input, first } = await openAt(request, signal);
    const pictures = new Pictures(request, input, outlet);
    try {
      opened = true;
      outlet.send({ kind: 'opened', playId });
      const end = await pictures.send(first, signal);
      if (!signal.aborted) outlet.send({ kind: 'finished', playId, ...end });
    } finally {
      pictures.close();
      await input.close();
    }
  } catch (error) {
    if (!signal.aborted)
      outlet.send({ kind: 'failed', playId, opened, message: await fileFailure(request.url, error) });
  }
}

/** Opens the recording at the range's first frame when its position is known and correct, otherwise at its start. */
async function openAt({ playId, url, fromFrame, fromMediaTimeMs }: RangeRequest, signal: AbortSignal) {
  const open = (): Promise<VideoInput> => VideoInput.open(url, { playId, signal });
  const input = await open();
  if (fromFrame === 0 || fromMediaTimeMs === null) return { input, first: undefined };
  const first = await input.find(fromFrame, fromMediaTimeMs);
  if (first !== undefined) return { input, first };
  await input.close();
  return { input: await open(), first: undefined };
}

class Pictures {
  readonly #request: RangeRequest;
  readonly #input: VideoInput;
  readonly #outlet: Outlet;
  readonly #taker: PictureTaker;

  constructor(request: RangeRequest, input: VideoInput, outlet: Outlet) {
    this.#request = request;
    this.#input = input;
    this.#outlet = outlet;
    this.#taker = new PictureTaker(input.decoder, request.playId, undefined);
  }

  /** Resolves with the number after the last frame found in the range, and its position. */
  async send(first: DecodedFrame | undefined, signal: AbortSignal) {
    const { fromFrame, toFrame, everyFrames } = this.#request;
    const end = { frames: fromFrame, mediaTimeMs: 0 };
    let decoded = first ?? (await this.#input.next());
    for (; decoded !== undefined && decoded.frameNumber < toFrame; decoded = await this.#input.next()) {
      this.#taker.sourceFrames++;
      const place = decoded.frameNumber - fromFrame;
      if (place < 0) continue;
      if (this.#outlet.congested) await this.#outlet.drained(signal);
      if (signal.aborted) break;
      if (place % everyFrames === 0) await this.#sendOne(decoded);
      [end.frames, end.mediaTimeMs] = [decoded.frameNumber + 1, decoded.mediaTimeMs];
    }
    return end;
  }

  async #sendOne({ frame, mediaTimeMs, frameNumber }: DecodedFrame): Promise<void> {
    const { playId } = this.#request;
    const arrivedAtMs = Date.now();
    const { seen, jpeg } = await this.#taker.take(frame, mediaTimeMs, true);
    const picture = { kind: 'picture', playId, mediaTimeMs, frameNumber, arrivedAtMs, ...seen } as const;
    this.#outlet.send({ ...picture, drops: {}, cost: this.#taker.takeCost() }, jpeg);
  }

  close(): void {
    this.#taker.close();
  }
}
