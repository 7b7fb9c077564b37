import { type Detection, foundIn, headedMessage } from '@sightline/schemas';
import { type Logger, WatchedChannel } from '../process/index.ts';

/** With more messages than this unanswered, Redis is too slow: pictures are left out. */
const MAX_UNANSWERED = 64;

/**
 * The bytes of one picture on channel `live:<cameraId>`: uint32 length of the JSON header, header, JPEG. The boxes are
 * the models' own; the rules have not judged them yet.
 */
export function liveMessage(
  detection: Detection,
  jpeg: Buffer | null,
  cameraClockMs: number | null,
  publishedAtMs: number,
): Buffer {
  const { cameraId, epoch, sequence, capturedAtMs, widthPx, heightPx, outcome, results } = detection;
  const model = results[0]?.model ?? null;
  const boxes = results.flatMap(({ payload }) => foundIn(payload)?.boxes ?? []);
  const times = { capturedAtMs, cameraClockMs, publishedAtMs };
  const header = { cameraId, epoch, sequence, ...times, widthPx, heightPx, outcome, model, boxes };
  return headedMessage(header, jpeg ?? undefined);
}

/**
 * Publishes pictures with the models' boxes for watched cameras. The gateway keeps the watched cameras in the sorted set
 * `live:watch`. Without Redis no camera is watched, and everything else goes on.
 */
export class LivePictures {
  readonly #prefix: string;
  readonly #now: () => number;
  readonly #channel: WatchedChannel;

  constructor(url: string, prefix: string, logger: Logger, now: () => number) {
    this.#prefix = prefix;
    this.#now = now;
    const watchKey = `${prefix}live:watch`;
    const what = 'live pictures';
    this.#channel = new WatchedChannel({ url, watchKey, what, unansweredAtMost: MAX_UNANSWERED, logger, now });
  }

  get published(): number {
    return this.#channel.published;
  }
  get leftOut(): number {
    return this.#channel.leftOut;
  }
  /** The present problem with Redis, or undefined. */
  get trouble(): string | undefined {
    return this.#channel.trouble;
  }

  watches(cameraId: string): boolean {
    return this.#channel.watches(cameraId);
  }

  /** `cameraClockMs`: of the frame. */
  publish(detection: Detection, jpeg: Buffer | null, cameraClockMs: number | null = null): void {
    if (!this.watches(detection.cameraId)) return;
    const message = liveMessage(detection, jpeg, cameraClockMs, this.#now());
    this.#channel.publish(`${this.#prefix}live:${detection.cameraId}`, message);
  }

  close(): void {
    this.#channel.close();
  }
}
